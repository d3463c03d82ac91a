-- files: pictures that people here sent, as they are kept. Their bytes are no rows: they lie in the
-- data folder or in an object store, under `key` and under `key` with `-small`.

-- key: 128 random bits in hex. use: 'post', 'face' or 'banner'. owner_id: who sent it, or whose face
-- or banner it is. post_id: on which post it hangs; null while it hangs on none. Sizes in pixels and
-- bytes; the focus is from -1 to 1 in each direction, where the middle is 0.
create table file (
    id bigint primary key,
    key text not null unique,
    url text not null unique,
    owner_id bigint not null references actor (id),
    use text not null,
    post_id bigint,
    media_type text not null,
    small_media_type text not null,
    bytes bigint not null,
    width bigint not null,
    height bigint not null,
    blurhash text not null,
    description text,
    focus_x double precision not null default 0,
    focus_y double precision not null default 0,
    created_at bigint not null
);
create index file_owner on file (owner_id);
create index file_post on file (post_id) where post_id is not null;

-- Files whose row is gone and whose bytes still have to go.
create table file_gone (
    key text primary key,
    gone_at bigint not null
);
