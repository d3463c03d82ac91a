-- What people of ours deleted, and what became of it at each place that had it; what they agreed to;
-- and leave to take one's things along.

-- iri: of the Delete. actor_id: whose it was; nobody's, once they have left themselves: then whoever
-- has the key (token_hash) may look.
create table deletion (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    object_iri text not null check (length(object_iri) <= 2048),
    kind text not null check (kind in ('post', 'person')),
    actor_id bigint references actor (id),
    token_hash text unique check (length(token_hash) <= 64),
    created_at bigint not null
);
create index deletion_actor on deletion (actor_id, id);
create index deletion_created on deletion (created_at);

-- A line a place. waiting: it has not taken the message; taken: it did, and says no more; unasked: we
-- have nothing to do with it. changed_at: since when it is so.
create table deletion_line (
    deletion_id bigint not null references deletion (id),
    host text not null check (length(host) <= 300),
    state text not null check (
        state in ('waiting', 'taken', 'removed', 'never_had', 'refused', 'unasked')),
    asked_at bigint not null,
    changed_at bigint not null,
    primary key (deletion_id, host)
);
create index deletion_line_host on deletion_line (host, state);
create index deletion_line_open on deletion_line (host) where state in ('waiting', 'refused');

-- What somebody agreed to: kind: to what; wording: the version of the words that they read.
create table consent (
    id bigint primary key,
    account_id bigint not null references account (id),
    kind text not null check (length(kind) <= 60),
    wording text not null check (length(wording) <= 200),
    given_at bigint not null,
    withdrawn_at bigint
);
create index consent_account on consent (account_id, id);

-- Who left a community and takes their names off what they wrote there, or removes it, until the last
-- of it is done.
create table community_exit (
    actor_id bigint not null references actor (id),
    group_id bigint not null references actor (id),
    choice text not null check (choice in ('unsign', 'remove')),
    left_at bigint not null,
    primary key (actor_id, group_id)
);
create index community_exit_group on community_exit (group_id);

-- Leave to take one's things along, for an hour, in one browser.
create table take_out (
    token_hash text primary key check (length(token_hash) <= 64),
    account_id bigint not null references account (id),
    session_hash text not null check (length(session_hash) <= 64),
    expires_at bigint not null
);
create index take_out_account on take_out (account_id);
create index take_out_expires on take_out (expires_at);
