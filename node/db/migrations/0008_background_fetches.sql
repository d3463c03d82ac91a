-- What is fetched when nobody waits for it: the rest of conversations, the history of communities.
-- `cause_id` is the first task of one piece of work, on which all its fetches are counted. A settled
-- task stays for a week, so that the same is not asked for again at once.
create table fetch_task (
    id bigint primary key,
    kind text not null check (kind in ('parents', 'answers', 'history')),
    iri text not null check (length(iri) <= 2048),
    host text not null check (length(host) <= 300),
    cause_id bigint not null,
    level bigint not null,
    start_url text check (length(start_url) <= 2048),
    etag text check (length(etag) <= 200),
    fetches bigint not null,
    tries bigint not null,
    next_try_at bigint not null,
    reason text check (length(reason) <= 500),
    created_at bigint not null,
    settled_at bigint,
    unique (kind, iri)
);
create index fetch_task_waiting on fetch_task (next_try_at) where settled_at is null;
create index fetch_task_host on fetch_task (host) where settled_at is null;
create index fetch_task_settled on fetch_task (settled_at) where settled_at is not null;

-- The hosts that were asked lately: when, as seconds with commas between them, and until when one
-- of them has asked us to wait.
create table asked_host (
    host text primary key check (length(host) <= 300),
    asked text not null check (length(asked) <= 2000),
    related_until bigint not null,
    wait_until bigint not null,
    changed_at bigint not null
);
create index asked_host_changed on asked_host (changed_at);

alter table arrival add column fetched_bytes bigint not null default 0;
