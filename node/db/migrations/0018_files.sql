-- files: pictures that people here sent, as they are kept. Their bytes are no rows: they lie in the
-- data folder or in an object store, under `key` and under `key` with `-small`.

-- key: 128 random bits in hex. owner_id: who sent it, or whose face or banner it is. post_id: on
-- which post it hangs; null while it hangs on none. unused_since: when it was last of use; null while
-- it is. Sizes in pixels and bytes; the focus is from -1 to 1 in each direction, with 0 in the middle.
create table file (
    id bigint primary key,
    key text not null unique check (length(key) <= 32),
    url text not null unique check (length(url) <= 2048),
    owner_id bigint not null references actor (id),
    use text not null check (use in ('post', 'face', 'banner')),
    post_id bigint,
    unused_since bigint,
    media_type text not null check (length(media_type) <= 100),
    small_media_type text not null check (length(small_media_type) <= 100),
    bytes bigint not null,
    width bigint not null,
    height bigint not null,
    blurhash text not null check (length(blurhash) <= 200),
    description text check (length(description) <= 1500),
    focus_x double precision not null default 0,
    focus_y double precision not null default 0,
    created_at bigint not null
);
create index file_owner on file (owner_id);
create index file_post on file (post_id) where post_id is not null;
create index file_unused on file (unused_since) where unused_since is not null;

-- Files whose row is gone and whose bytes still have to go.
create table file_gone (
    key text primary key check (length(key) <= 32),
    gone_at bigint not null
);
create index file_gone_order on file_gone (gone_at, key);
