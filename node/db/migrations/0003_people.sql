-- blocks and mutes: who wants nothing more of whom; and the hashtags of public posts

-- A block is told to the home of whom it is about; iri is that of the Block activity.
create table block (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    blocker_id bigint not null references actor (id),
    blocked_id bigint not null references actor (id),
    created_at bigint not null,
    unique (blocker_id, blocked_id)
);
create index block_blocker on block (blocker_id, id);
create index block_blocked on block (blocked_id);

-- A mute is told to nobody. until: when it ends by itself.
create table mute (
    id bigint primary key,
    muter_id bigint not null references actor (id),
    muted_id bigint not null references actor (id),
    hides_notifications bigint not null,
    until bigint,
    created_at bigint not null,
    unique (muter_id, muted_id)
);
create index mute_muter on mute (muter_id, id);
create index mute_muted on mute (muted_id);
create index mute_until on mute (until) where until is not null;

-- The hashtags of posts that everybody may read; tag: as they are compared.
create table post_tag (
    tag text not null check (length(tag) <= 800),
    post_id bigint not null references post (id),
    primary key (tag, post_id)
);
create index post_tag_post on post_tag (post_id);

-- What people of ours wrote for everybody is counted on this.
create index post_local_author on post (author_id, visibility)
    where local = 1 and deleted_at is null;
