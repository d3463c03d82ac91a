-- communities: one whose door was narrowed (narrowed_at), until all whom it shuts out are let go;
-- those that are closed down, which go for good in the end
alter table community add column narrowed_at bigint;
create index community_narrowed on community (narrowed_at) where narrowed_at is not null;
create index community_closed on community (closed_at) where closed_at is not null;
create index membership_since on membership (community_id, since, actor_id);

-- notifications: words that come with one, such as why a post was not taken
alter table notification add column words text not null default '' check (length(words) <= 500);

-- When a community of ours last told somebody of another node why it did not take what they wrote.
create table refusal_told (
    group_id bigint not null references actor (id),
    author_id bigint not null references actor (id),
    told_at bigint not null,
    primary key (group_id, author_id)
);
create index refusal_told_author on refusal_told (author_id);
create index refusal_told_at on refusal_told (told_at);
