-- Following kept true: what is asked again, who follows from which host, what peers say of that.

alter table follow add column asks bigint not null default 0;
alter table follow add column ask_again_at bigint;
alter table follow add column follower_host text check (length(follower_host) <= 300);

update follow set follower_host = (select a.host from actor a where a.id = follow.follower_id);
update follow set asks = 1, ask_again_at = created_at + 3600
where state = 'pending'
  and exists (select 1 from actor a where a.id = follow.follower_id and a.local = 1)
  and exists (select 1 from actor a where a.id = follow.followed_id and a.local = 0);

create index follow_ask_again on follow (ask_again_at) where ask_again_at is not null;
create index follow_host on follow (followed_id, follower_host, state);

-- What an actor of another node says of its followers here (FEP-8fcf), and when to look at it next.
create table heard_followers (
    actor_id bigint primary key references actor (id),
    url text not null check (length(url) <= 2048),
    digest text not null check (length(digest) <= 64),
    heard_at bigint not null,
    due_at bigint not null,
    fetched_at bigint
);
create index heard_followers_due on heard_followers (due_at);
create index heard_followers_heard on heard_followers (heard_at);
