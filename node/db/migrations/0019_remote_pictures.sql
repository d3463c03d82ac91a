-- remote_pictures: copies of pictures that hang on posts of other nodes. Their bytes lie beside those
-- of `file`, under `key` and under `key` with `-small`, and go by way of `file_gone`.

-- One row for each address and those who may see what is fetched from it. audience: 'all', fetched
-- without a signature; 'members' of the community `audience_id`, fetched in the node's own name; 'few'
-- for whom the post `audience_id` is, fetched in the name of one of them. state: 'new' (nobody has
-- looked yet whether it is to be fetched), 'wanted', 'kept', 'failed' (it is tried again), 'given up'.
-- key: 128 random bits in hex, once it is kept. next_at: when it is fetched next; tried_at: when it was
-- fetched last. seen_at: the start of the day on which it was last shown to a member, or kept. Sizes in
-- pixels and bytes.
create table remote_picture (
    id bigint primary key,
    url text not null check (length(url) <= 2048),
    audience text not null check (audience in ('all', 'members', 'few')),
    audience_id bigint not null,
    host text not null check (length(host) <= 300),
    state text not null check (state in ('new', 'wanted', 'kept', 'failed', 'given up')),
    key text unique check (length(key) <= 32),
    media_type text check (length(media_type) <= 100),
    small_media_type text check (length(small_media_type) <= 100),
    bytes bigint not null default 0,
    width bigint,
    height bigint,
    tries bigint not null default 0,
    next_at bigint not null default 0,
    tried_at bigint not null default 0,
    wanted_at bigint,
    kept_at bigint,
    seen_at bigint not null default 0,
    unique (url, audience_id)
);
create index remote_picture_next on remote_picture (state, next_at);
create index remote_picture_host on remote_picture (host, tried_at);
create index remote_picture_seen on remote_picture (seen_at) where state = 'kept';

-- On which posts a picture hangs.
create table remote_picture_post (
    post_id bigint not null,
    picture_id bigint not null references remote_picture (id),
    primary key (post_id, picture_id)
);
create index remote_picture_post_picture on remote_picture_post (picture_id);
