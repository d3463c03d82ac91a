-- Instants are seconds since the epoch, UTC. Ids are made by us and sort by time (node/ids.py).
-- Every text has a limit, remote text too. A nullable instant stands in place of a flag.

create table setting (
    name text primary key check (length(name) <= 100),
    value text not null check (length(value) <= 10000)
);

-- actors: people, groups and services, ours and other nodes'

create table actor (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    kind text not null check (kind in ('Person', 'Group', 'Organization', 'Service', 'Application')),
    name text not null check (length(name) <= 200),
    host text not null check (length(host) <= 300),
    handle text not null check (length(handle) <= 500),
    display_name text not null check (length(display_name) <= 2048),
    summary text not null check (length(summary) <= 65536),
    url text not null check (length(url) <= 2048),
    inbox text not null check (length(inbox) <= 2048),
    shared_inbox text check (length(shared_inbox) <= 2048),
    outbox text check (length(outbox) <= 2048),
    followers text check (length(followers) <= 2048),
    following text check (length(following) <= 2048),
    featured text check (length(featured) <= 2048),
    moderators text check (length(moderators) <= 2048),
    icon_url text check (length(icon_url) <= 2048),
    image_url text check (length(image_url) <= 2048),
    fields text not null check (length(fields) <= 65536),
    aliases text not null check (length(aliases) <= 32768),
    moved_to text check (length(moved_to) <= 2048),
    approves_followers bigint not null,
    discoverable bigint not null,
    local bigint not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    fetched_at bigint,
    deleted_at bigint
);
create index actor_handle on actor (handle);
create index actor_host on actor (host, id);

create table actor_key (
    id bigint primary key,
    actor_id bigint not null references actor (id),
    iri text not null unique check (length(iri) <= 2048),
    algorithm text not null check (algorithm in ('rsa', 'ed25519')),
    public_key text not null check (length(public_key) <= 8192),
    private_key text check (length(private_key) <= 8192),
    fetched_at bigint not null
);
create index actor_key_actor on actor_key (actor_id);

-- accounts: who can sign in here, and with what

create table account (
    id bigint primary key,
    actor_id bigint not null unique references actor (id),
    name text not null unique check (length(name) <= 30),
    email text unique check (length(email) <= 254),
    password_hash text check (length(password_hash) <= 500),
    role text not null check (role in ('member', 'moderator', 'organiser', 'clinic')),
    language text not null check (length(language) <= 35),
    default_visibility text not null check (length(default_visibility) <= 20),
    created_at bigint not null,
    disabled_at bigint
);

create table session (
    token_hash text primary key check (length(token_hash) <= 64),
    account_id bigint not null references account (id),
    csrf text not null check (length(csrf) <= 64),
    created_at bigint not null,
    expires_at bigint not null
);
create index session_account on session (account_id);
create index session_expires on session (expires_at);

create table oauth_app (
    id bigint primary key,
    client_id text not null unique check (length(client_id) <= 64),
    secret_hash text not null check (length(secret_hash) <= 64),
    name text not null check (length(name) <= 200),
    website text check (length(website) <= 2048),
    redirect_uris text not null check (length(redirect_uris) <= 8192),
    scopes text not null check (length(scopes) <= 1000),
    created_at bigint not null
);

create table oauth_code (
    code_hash text primary key check (length(code_hash) <= 64),
    app_id bigint not null references oauth_app (id),
    account_id bigint not null references account (id),
    redirect_uri text not null check (length(redirect_uri) <= 2048),
    scopes text not null check (length(scopes) <= 1000),
    challenge text check (length(challenge) <= 128),
    expires_at bigint not null,
    used_at bigint
);
create index oauth_code_expires on oauth_code (expires_at);

create table oauth_token (
    token_hash text primary key check (length(token_hash) <= 64),
    app_id bigint references oauth_app (id),
    account_id bigint references account (id),
    code_hash text check (length(code_hash) <= 64),
    scopes text not null check (length(scopes) <= 1000),
    created_at bigint not null,
    revoked_at bigint
);
create index oauth_token_account on oauth_token (account_id);
create index oauth_token_code on oauth_token (code_hash);

create table login_try (
    key text primary key check (length(key) <= 200),
    tries bigint not null,
    first_at bigint not null,
    until bigint not null
);

-- communities: groups whose home is here

create table community (
    actor_id bigint primary key references actor (id),
    name text not null unique check (length(name) <= 30),
    visibility text not null check (visibility in ('public', 'closed', 'node', 'hidden')),
    joining text not null check (joining in ('open', 'approval', 'invite')),
    posting text not null check (posting in ('anyone', 'members', 'moderators')),
    created_at bigint not null,
    closed_at bigint
);

create table membership (
    community_id bigint not null references community (actor_id),
    actor_id bigint not null references actor (id),
    role text not null check (role in ('member', 'moderator', 'organiser')),
    since bigint not null,
    banned_until bigint,
    primary key (community_id, actor_id)
);
create index membership_actor on membership (actor_id);

-- members: follow, join, leave; and what then stands in a person's home timeline

create table follow (
    id bigint primary key,
    follower_id bigint not null references actor (id),
    followed_id bigint not null references actor (id),
    iri text not null unique check (length(iri) <= 2048),
    state text not null check (state in ('pending', 'accepted')),
    created_at bigint not null,
    accepted_at bigint,
    unique (follower_id, followed_id)
);
create index follow_followed on follow (followed_id, state, id);
create index follow_follower on follow (follower_id, state, id);

create table home_entry (
    reader_id bigint not null references actor (id),
    item_id bigint not null,
    post_id bigint not null,
    boost_id bigint,
    from_id bigint not null,
    primary key (reader_id, item_id),
    unique (reader_id, post_id)
);
create index home_entry_post on home_entry (post_id);
create index home_entry_from on home_entry (reader_id, from_id);
create index home_entry_boost on home_entry (boost_id) where boost_id is not null;

create table notification (
    id bigint primary key,
    reader_id bigint not null references actor (id),
    kind text not null check (length(kind) <= 30),
    from_id bigint not null references actor (id),
    post_id bigint not null,
    created_at bigint not null,
    read_at bigint,
    dismissed_at bigint,
    unique (reader_id, kind, from_id, post_id)
);
create index notification_reader on notification (reader_id, id);
create index notification_post on notification (post_id);

-- posts and what people do with them

create table post (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    url text not null check (length(url) <= 2048),
    kind text not null check (length(kind) <= 30),
    author_id bigint not null references actor (id),
    community_id bigint references actor (id),
    parent_id bigint references post (id),
    parent_iri text check (length(parent_iri) <= 2048),
    root_id bigint not null,
    title text check (length(title) <= 2048),
    content text not null check (length(content) <= 65536),
    source text check (length(source) <= 65536),
    content_note text check (length(content_note) <= 2048),
    sensitive bigint not null,
    language text check (length(language) <= 35),
    visibility text not null check (visibility in ('public', 'unlisted', 'followers', 'direct')),
    attachments text not null check (length(attachments) <= 65536),
    tags text not null check (length(tags) <= 65536),
    poll text check (length(poll) <= 65536),
    replies_count bigint not null,
    favourites_count bigint not null,
    boosts_count bigint not null,
    version bigint not null,
    local bigint not null,
    published_at bigint not null,
    edited_at bigint,
    deleted_at bigint
);
create index post_author on post (author_id, id);
create index post_root on post (root_id, id);
create index post_parent on post (parent_id, id);
create index post_parent_iri on post (parent_iri) where parent_id is null and parent_iri is not null;
create index post_community on post (community_id, id) where community_id is not null;
create index post_public on post (id)
    where visibility = 'public' and deleted_at is null and parent_iri is null;
create index post_public_local on post (id)
    where visibility = 'public' and deleted_at is null and parent_iri is null and local = 1;
create index post_url on post (url);

-- Whom a post names or is addressed to, one row a person.
create table post_reader (
    post_id bigint not null references post (id),
    actor_id bigint not null references actor (id),
    mentioned bigint not null,
    primary key (post_id, actor_id)
);
create index post_reader_actor on post_reader (actor_id, post_id);

create table favourite (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    actor_id bigint not null references actor (id),
    post_id bigint not null references post (id),
    created_at bigint not null,
    unique (actor_id, post_id)
);
create index favourite_post on favourite (post_id, id);
create index favourite_actor on favourite (actor_id, id);

create table boost (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    actor_id bigint not null references actor (id),
    post_id bigint not null references post (id),
    visibility text not null check (visibility in ('public', 'unlisted', 'followers', 'direct')),
    created_at bigint not null,
    unique (actor_id, post_id)
);
create index boost_post on boost (post_id, id);
create index boost_actor on boost (actor_id, id);

create table bookmark (
    id bigint primary key,
    actor_id bigint not null references actor (id),
    post_id bigint not null references post (id),
    unique (actor_id, post_id)
);
create index bookmark_post on bookmark (post_id);
create index bookmark_actor on bookmark (actor_id, id);

create table idempotency (
    account_id bigint not null references account (id),
    key text not null check (length(key) <= 200),
    post_id bigint not null references post (id),
    created_at bigint not null,
    primary key (account_id, key)
);
create index idempotency_created on idempotency (created_at);

-- inbox: what arrived, until it is applied and 90 days beyond

create table arrival (
    id bigint primary key,
    activity_iri text not null unique check (length(activity_iri) <= 2048),
    origin text not null check (length(origin) <= 300),
    actor_iri text not null check (length(actor_iri) <= 2048),
    kind text not null check (length(kind) <= 100),
    body text not null check (length(body) <= 1048576),
    body_hash text not null check (length(body_hash) <= 64),
    state text not null check (state in ('waiting', 'done', 'dropped', 'quarantined')),
    reason text check (length(reason) <= 500),
    tries bigint not null,
    fetches bigint not null,
    next_try_at bigint not null,
    received_at bigint not null,
    settled_at bigint
);
create index arrival_waiting on arrival (id) where state = 'waiting';
create index arrival_quarantined on arrival (id) where state = 'quarantined';
create index arrival_received on arrival (received_at);

-- What a known actor deleted or undid before, or after, it came here.
create table mark (
    iri text not null check (length(iri) <= 2048),
    actor_iri text not null check (length(actor_iri) <= 2048),
    kind text not null check (kind in ('deleted', 'undone')),
    created_at bigint not null,
    expires_at bigint,
    primary key (iri, actor_iri, kind)
);
create index mark_expires on mark (expires_at);

-- outbox: what was said, to whom it still has to go, who has it

create table outbox_entry (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    actor_id bigint not null references actor (id),
    object_iri text not null check (length(object_iri) <= 2048),
    kind text not null check (length(kind) <= 100),
    body text not null check (length(body) <= 1048576),
    public bigint not null,
    created_at bigint not null
);
create index outbox_entry_actor on outbox_entry (actor_id, id) where public = 1;
create index outbox_entry_object on outbox_entry (object_iri);

create table delivery (
    id bigint primary key,
    entry_id bigint not null references outbox_entry (id),
    host text not null check (length(host) <= 300),
    inbox text not null check (length(inbox) <= 2048),
    state text not null check (state in ('waiting', 'parked')),
    tries bigint not null,
    next_try_at bigint not null,
    reason text check (length(reason) <= 500),
    created_at bigint not null,
    unique (entry_id, inbox)
);
create index delivery_host on delivery (host, id) where state = 'waiting';
create index delivery_created on delivery (created_at);

create table destination (
    host text primary key check (length(host) <= 300),
    failures bigint not null,
    retry_at bigint not null,
    signature_form text not null check (signature_form in ('cavage', 'rfc9421')),
    last_success_at bigint,
    last_failure_at bigint,
    last_heard_at bigint
);
create index destination_retry on destination (retry_at);

create table receipt (
    object_iri text not null check (length(object_iri) <= 2048),
    host text not null check (length(host) <= 300),
    kind text not null check (length(kind) <= 100),
    delivered_at bigint not null,
    primary key (object_iri, host, kind)
);
create index receipt_delivered on receipt (delivered_at);
