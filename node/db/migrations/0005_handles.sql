-- What an actor of another node goes by is what WebFinger confirmed, not the host it lives at.

-- handle_confirmed_at: when both hosts last agreed on the handle; null where it is made up of the name
-- and the host of the iri. inbox_host: the host of an inbox that is not at home with the actor.
alter table actor add column handle_confirmed_at bigint;
alter table actor add column inbox_host text check (length(inbox_host) <= 300);
create index actor_inbox_host on actor (inbox_host) where inbox_host is not null;

-- Handles by which somebody was found who goes by another one.
create table other_handle (
    handle text primary key check (length(handle) <= 500),
    actor_id bigint not null references actor (id),
    found_at bigint not null
);
create index other_handle_actor on other_handle (actor_id);
create index other_handle_found on other_handle (found_at);

-- Tasks may ask for the handle of an actor, too.
create table fetch_task_of_any_kind (
    id bigint primary key,
    kind text not null check (kind in ('parents', 'answers', 'history', 'handle')),
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
insert into fetch_task_of_any_kind
    select id, kind, iri, host, cause_id, level, start_url, etag, fetches, tries, next_try_at, reason,
        created_at, settled_at
    from fetch_task;
drop table fetch_task;
alter table fetch_task_of_any_kind rename to fetch_task;
create index fetch_task_waiting on fetch_task (next_try_at) where settled_at is null;
create index fetch_task_host on fetch_task (host) where settled_at is null;
create index fetch_task_settled on fetch_task (settled_at) where settled_at is not null;
