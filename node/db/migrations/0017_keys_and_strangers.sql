-- A key of ours that another has followed; it is published for seven days more.
alter table actor_key add column retired_at bigint;
create index actor_key_retired on actor_key (retired_at) where retired_at is not null;

-- When to look next at whether anything here refers to an actor of another node.
alter table actor add column look_at bigint not null default 0;
create index actor_look on actor (look_at) where local = 0;
