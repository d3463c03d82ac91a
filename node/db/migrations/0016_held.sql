-- Posts that wait for a look by whoever looks after the node before others than followers see
-- them; what was let through or left out stays, so that it can be decided the other way.
create table held_post (
    post_id bigint primary key references post (id),
    author_id bigint not null references actor (id),
    host text not null check (length(host) <= 300),
    reason text not null check (reason in ('silenced', 'stranger')),
    state text not null check (state in ('waiting', 'passed', 'left')),
    held_at bigint not null,
    decided_at bigint,
    decided_by bigint references actor (id),
    verbatim text check (length(verbatim) <= 1048576)
);
create index held_post_waiting on held_post (post_id) where state = 'waiting';
create index held_post_host on held_post (host) where state = 'waiting';
create index held_post_author on held_post (author_id);
create index held_post_by on held_post (decided_by) where decided_by is not null;
create index held_post_decided on held_post (decided_at) where decided_at is not null;
create index held_post_old on held_post (held_at) where state <> 'passed';

-- Whether what strangers send waits for a look, as the settings say.
alter table circle add column hold_strangers bigint not null default 0;
