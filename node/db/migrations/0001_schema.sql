-- Instants are seconds since the epoch, UTC. Ids are made by us and sort by time (node/base/ids.py).
-- Every text has a limit, remote text too. A nullable instant stands in place of a flag.

create table setting (
    name text primary key check (length(name) <= 100),
    value text not null check (length(value) <= 10000)
);

-- actors: people, groups and services, ours and other nodes'; their keys, and where they moved

-- hidden_at, silenced_at: what the policy for a host means for those who live there: not shown at all;
-- shown as text, and only to those who follow them. look_at: when to look next at whether anything
-- here refers to an actor of another node. claimed_…: what a community elsewhere claims of itself.
-- indexable: what they write for everybody may be found by searching (FEP-5feb).
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
    deleted_at bigint,
    emojis text not null default '[]' check (length(emojis) <= 65536),
    hidden_at bigint,
    silenced_at bigint,
    look_at bigint not null default 0,
    claimed_followers bigint,
    claimed_posts bigint,
    indexable bigint not null default 0
);
create index actor_handle on actor (handle);
create index actor_host on actor (host, id);
create index actor_gone on actor (id) where deleted_at is not null and local = 0;
create index actor_look on actor (look_at) where local = 0;

-- retired_at: a key of ours that another has followed; it is published for seven days more.
create table actor_key (
    id bigint primary key,
    actor_id bigint not null references actor (id),
    iri text not null unique check (length(iri) <= 2048),
    algorithm text not null check (algorithm in ('rsa', 'ed25519')),
    public_key text not null check (length(public_key) <= 8192),
    private_key text check (length(private_key) <= 8192),
    fetched_at bigint not null,
    retired_at bigint
);
create index actor_key_actor on actor_key (actor_id);
create index actor_key_retired on actor_key (retired_at) where retired_at is not null;

-- Who moved where, and how far their followers here were moved along; a row an actor.
create table actor_move (
    actor_id bigint primary key references actor (id),
    target_id bigint not null references actor (id),
    moved_at bigint not null,
    after_id bigint not null,
    done_at bigint
);
create index actor_move_target on actor_move (target_id);
create index actor_move_waiting on actor_move (actor_id) where done_at is null;

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
create index account_role on account (role);

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
create index oauth_code_account on oauth_code (account_id);
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

-- members: follow, join, leave; what peers say of it; what then stands in a home timeline

-- asks, ask_again_at: a follow of ours that nobody answers is asked for again.
create table follow (
    id bigint primary key,
    follower_id bigint not null references actor (id),
    followed_id bigint not null references actor (id),
    iri text not null unique check (length(iri) <= 2048),
    state text not null check (state in ('pending', 'accepted')),
    created_at bigint not null,
    accepted_at bigint,
    asks bigint not null default 0,
    ask_again_at bigint,
    follower_host text check (length(follower_host) <= 300),
    unique (follower_id, followed_id)
);
create index follow_followed on follow (followed_id, state, id);
create index follow_follower on follow (follower_id, state, id);
create index follow_ask_again on follow (ask_again_at) where ask_again_at is not null;
create index follow_host on follow (followed_id, follower_host, state);

-- What an actor of another node says of its followers here (FEP-8fcf), and when to look at it next.
create table follower_digest (
    actor_id bigint primary key references actor (id),
    url text not null check (length(url) <= 2048),
    digest text not null check (length(digest) <= 64),
    heard_at bigint not null,
    due_at bigint not null,
    fetched_at bigint
);
create index follower_digest_due on follower_digest (due_at);
create index follower_digest_heard on follower_digest (heard_at);

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
create index notification_from on notification (from_id);

-- posts, whom they are for, and what stands first

-- A removed post also counts as deleted, so that nobody sees it, but keeps its words until it is
-- restored; removed_in is the moderation_entry or home_ban that did it. starts_at to place: of an event.
-- distinguished: its author marks it as said by a moderator (Lemmy).
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
    deleted_at bigint,
    starts_at bigint,
    ends_at bigint,
    place text check (length(place) <= 500),
    removed_in bigint,
    locked_at bigint,
    dislikes_count bigint not null default 0,
    emojis text not null default '[]' check (length(emojis) <= 65536),
    quote_iri text check (length(quote_iri) <= 2048),
    policy text check (length(policy) <= 65536),
    distinguished bigint not null default 0
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
create index post_removed on post (removed_in) where removed_in is not null;
create index post_root_published on post (root_id, published_at, id);
create index post_parent_published on post (parent_id, published_at, id);
create index post_quote on post (quote_iri) where quote_iri is not null;

-- Whom a post names or is addressed to, one row a person.
create table post_recipient (
    post_id bigint not null references post (id),
    actor_id bigint not null references actor (id),
    mentioned bigint not null,
    primary key (post_id, actor_id)
);
create index post_recipient_actor on post_recipient (actor_id, post_id);

-- What stands first with a community or a person.
create table pin (
    owner_id bigint not null references actor (id),
    post_id bigint not null references post (id),
    pinned_at bigint not null,
    primary key (owner_id, post_id)
);
create index pin_post on pin (post_id);

create table idempotency (
    account_id bigint not null references account (id),
    key text not null check (length(key) <= 200),
    post_id bigint not null references post (id),
    created_at bigint not null,
    primary key (account_id, key)
);
create index idempotency_created on idempotency (created_at);
create index idempotency_post on idempotency (post_id);

-- quotes, polls, and what people do with posts

-- Stamps: the author of the post at quoted_iri agrees that the one at quoting_iri quotes it
-- (FEP-044f). Those of authors of ours say who asked; those of others were read at their address.
create table quote_stamp (
    iri text primary key check (length(iri) <= 2048),
    author_id bigint not null references actor (id),
    quoted_iri text not null check (length(quoted_iri) <= 2048),
    quoting_iri text not null check (length(quoting_iri) <= 2048),
    asker_id bigint references actor (id),
    created_at bigint not null,
    revoked_at bigint
);
create index quote_stamp_quoted on quote_stamp (quoted_iri, quoting_iri);
create index quote_stamp_quoting on quote_stamp (quoting_iri);
create index quote_stamp_author on quote_stamp (author_id);
create index quote_stamp_asker on quote_stamp (asker_id);

-- Who chose what in a poll; nobody but the voter is ever shown it.
create table vote (
    post_id bigint not null references post (id),
    actor_id bigint not null references actor (id),
    choice bigint not null,
    created_at bigint not null,
    primary key (post_id, actor_id, choice)
);
create index vote_actor on vote (actor_id);

-- What is to happen to a poll by itself: `results` go out, or it comes to its `end`.
create table poll_due (
    post_id bigint not null references post (id),
    kind text not null check (kind in ('results', 'end')),
    due_at bigint not null,
    primary key (post_id, kind)
);
create index poll_due_at on poll_due (due_at);

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

create table dislike (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    actor_id bigint not null references actor (id),
    post_id bigint not null references post (id),
    created_at bigint not null,
    unique (actor_id, post_id)
);
create index dislike_post on dislike (post_id, id);

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

-- moderation of communities, ours and, as far as they tell us, those elsewhere

-- What was done by whom in a community, for those who look after it.
create table moderation_entry (
    id bigint primary key,
    group_id bigint not null references actor (id),
    verb text not null check (length(verb) <= 30),
    by_iri text not null check (length(by_iri) <= 2048),
    activity_iri text not null check (length(activity_iri) <= 2048),
    post_id bigint references post (id),
    person_id bigint references actor (id),
    reason text check (length(reason) <= 2048),
    created_at bigint not null
);
create index moderation_entry_group on moderation_entry (group_id, id);
create index moderation_entry_activity on moderation_entry (activity_iri);
create index moderation_entry_post on moderation_entry (post_id, id) where post_id is not null;
create index moderation_entry_person on moderation_entry (person_id, group_id, id)
    where person_id is not null;

-- Who may not write in a community; it is kept here for all, membership.banned_until is not read.
create table ban (
    group_id bigint not null references actor (id),
    person_id bigint not null references actor (id),
    until bigint not null,
    reason text check (length(reason) <= 2048),
    entry_id bigint not null,
    created_at bigint not null,
    primary key (group_id, person_id)
);
create index ban_person on ban (person_id);

-- Who moderates a community elsewhere, as it says itself; for ours that is in membership.
create table group_moderator (
    group_id bigint not null references actor (id),
    actor_iri text not null check (length(actor_iri) <= 2048),
    since bigint not null,
    primary key (group_id, actor_iri)
);

-- Somebody of another node whom their own home has shut out. The posts that went with it carry the
-- number of the ban in removed_in.
create table home_ban (
    id bigint primary key,
    person_id bigint not null unique references actor (id),
    activity_iri text not null check (length(activity_iri) <= 2048),
    until bigint not null,
    removes bigint not null,
    reason text check (length(reason) <= 2048),
    lifted_at bigint,
    created_at bigint not null
);
create index home_ban_activity on home_ban (activity_iri);
create index home_ban_removes on home_ban (id) where removes = 1;

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

-- What somebody wants looked at. about_id is the person it is about; forwarded: their home was told.
create table report (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    reporter_id bigint not null references actor (id),
    about_id bigint references actor (id),
    group_id bigint references actor (id),
    words text not null check (length(words) <= 2048),
    created_at bigint not null,
    resolved_at bigint,
    category text not null default 'other' check (category in ('spam', 'legal', 'violation', 'other')),
    forwarded bigint not null default 0
);
create index report_open on report (id) where resolved_at is null;
create index report_reporter on report (reporter_id);
create index report_about on report (about_id) where about_id is not null;
create index report_group on report (group_id, id) where group_id is not null;

create table report_post (
    report_id bigint not null references report (id),
    post_id bigint not null references post (id),
    primary key (report_id, post_id)
);
create index report_post_post on report_post (post_id);

-- arrivals: what came, until it is applied and 90 days beyond; what is still to be fetched

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
    settled_at bigint,
    fetched_bytes bigint not null default 0
);
create index arrival_waiting on arrival (id) where state = 'waiting';
create index arrival_waiting_of on arrival (origin) where state = 'waiting';
create index arrival_quarantined on arrival (id) where state = 'quarantined';
create index arrival_received on arrival (received_at);

-- What arrives from a host that is frozen, until an organiser has looked.
create table held_arrival (
    activity_iri text primary key check (length(activity_iri) <= 2048),
    host text not null check (length(host) <= 300),
    origin text not null check (length(origin) <= 310),
    actor_iri text not null check (length(actor_iri) <= 2048),
    kind text not null check (length(kind) <= 100),
    body text not null check (length(body) <= 1048576),
    body_hash text not null check (length(body_hash) <= 64),
    received_at bigint not null
);
create index held_arrival_host on held_arrival (host, received_at);

-- What a known actor deleted or undid before, or after, it came here.
create table tombstone (
    iri text not null check (length(iri) <= 2048),
    actor_iri text not null check (length(actor_iri) <= 2048),
    kind text not null check (kind in ('deleted', 'undone')),
    created_at bigint not null,
    expires_at bigint,
    primary key (iri, actor_iri, kind)
);
create index tombstone_expires on tombstone (expires_at);

-- Actors of other nodes that deleted themselves in a message nobody can check: their address is
-- asked again.
create table unverified_delete (
    actor_id bigint primary key references actor (id),
    gone_at bigint not null,
    look_at bigint not null
);
create index unverified_delete_look on unverified_delete (look_at);

-- What is fetched when nobody waits for it: the rest of conversations, the history of communities.
-- cause_id is the first task of one piece of work, on which all its fetches are counted. A settled
-- task stays for a week, so that the same is not asked for again at once.
create table fetch_task (
    id bigint primary key,
    kind text not null check (kind in ('parents', 'answers', 'history')),
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
create index fetch_task_waiting on fetch_task (next_try_at) where settled_at is null;
create index fetch_task_host on fetch_task (host) where settled_at is null;
create index fetch_task_settled on fetch_task (settled_at) where settled_at is not null;

-- The hosts that were asked lately: when, as seconds with commas between them, and until when one
-- of them has asked us to wait.
create table asked_host (
    host text primary key check (length(host) <= 300),
    asked text not null check (length(asked) <= 2000),
    related_until bigint not null,
    wait_until bigint not null,
    changed_at bigint not null
);
create index asked_host_changed on asked_host (changed_at);

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
create index outbox_entry_of on outbox_entry (actor_id);

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
create index delivery_parked on delivery (host) where state = 'parked';

create table destination (
    host text primary key check (length(host) <= 300),
    failures bigint not null,
    retry_at bigint not null,
    signature_form text not null check (signature_form in ('cavage', 'rfc9421')),
    last_success_at bigint,
    last_failure_at bigint,
    last_heard_at bigint,
    returned_at bigint
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

-- peers: what we have to do with other nodes, each known by its host; introductions

-- A host that is not here is open.
create table peer (
    host text primary key check (length(host) <= 300),
    policy text not null check (policy in ('open', 'trusted', 'silenced', 'blocked')),
    reason text not null check (length(reason) <= 500),
    frozen_at bigint,
    frozen_reason text check (length(frozen_reason) <= 500),
    created_at bigint not null,
    updated_at bigint not null
);

-- One row: whether only trusted peers are met, whether what strangers send waits for a look, and a
-- number that grows with every change of a policy.
create table circle (
    id bigint primary key,
    version bigint not null,
    closed bigint not null,
    hold_strangers bigint not null default 0
);
insert into circle (id, version, closed) values (1, 0, 0);

-- Cards with which one node introduces another to a third: those we were given, and those we gave.
create table introduction (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    given bigint not null,
    host text not null check (length(host) <= 300),
    partner_host text not null check (length(partner_host) <= 300),
    partner_iri text not null check (length(partner_iri) <= 2048),
    name text not null check (length(name) <= 200),
    url text not null check (length(url) <= 2048),
    words text not null check (length(words) <= 2048),
    card text not null check (length(card) <= 16384),
    state text not null check (state in ('waiting', 'accepted', 'declined', 'withdrawn')),
    created_at bigint not null,
    expires_at bigint not null,
    settled_at bigint
);
create index introduction_state on introduction (given, state, id);
create index introduction_partner on introduction (partner_host, state);
create index introduction_host on introduction (host, id);
create index introduction_expires on introduction (expires_at);
