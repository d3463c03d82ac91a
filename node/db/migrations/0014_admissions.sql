-- coming in: invitations, those who ask, and what a community wants to have agreed to

-- The code of a link is kept as its hash. parent_id: the invitation by which the inviter came in.
-- signed: what the stranger is told of who invites, in the inviter's own words.
create table invitation (
    id bigint primary key,
    code_hash text not null unique check (length(code_hash) <= 64),
    community_id bigint not null references actor (id),
    inviter_id bigint not null references actor (id),
    parent_id bigint references invitation (id),
    signed text not null default '' check (length(signed) <= 60),
    uses bigint not null,
    uses_left bigint not null check (uses_left >= 0),
    created_at bigint not null,
    ends_at bigint not null,
    revoked_at bigint
);
create index invitation_community on invitation (community_id, id);
create index invitation_inviter on invitation (inviter_id, community_id);
create index invitation_parent on invitation (parent_id);

-- By which invitation somebody came in. ticket_hash: what their browser had in hand meanwhile, so
-- that a form which is sent twice makes one account.
create table invitation_use (
    community_id bigint not null references actor (id),
    actor_id bigint not null references actor (id),
    invitation_id bigint not null references invitation (id),
    used_at bigint not null,
    ticket_hash text unique check (length(ticket_hash) <= 64),
    primary key (community_id, actor_id)
);
create index invitation_use_actor on invitation_use (actor_id);
create index invitation_use_invitation on invitation_use (invitation_id);

-- Who asks to join. iri: that of the message which asked; reason: why not, in words for them.
-- noted_at: when those who wait, and those who have not answered, were told so.
create table join_request (
    id bigint primary key,
    community_id bigint not null references actor (id),
    actor_id bigint not null references actor (id),
    iri text not null unique check (length(iri) <= 2048),
    answer text not null default '' check (length(answer) <= 2000),
    state text not null check (state in ('waiting', 'accepted', 'refused', 'withdrawn')),
    reason text not null default '' check (length(reason) <= 1000),
    asked_at bigint not null,
    decided_at bigint,
    decided_by bigint references actor (id),
    noted_at bigint,
    unique (community_id, actor_id)
);
create index join_request_actor on join_request (actor_id);
create index join_request_waiting on join_request (community_id, id) where state = 'waiting';
create index join_request_unnoted on join_request (asked_at)
    where state = 'waiting' and noted_at is null;
create index join_request_decided_by on join_request (decided_by);

insert into join_request (id, community_id, actor_id, iri, state, asked_at)
    select f.id, f.followed_id, f.follower_id, f.iri, 'waiting', f.created_at
    from follow f join community c on c.actor_id = f.followed_id
    where f.state = 'pending';
delete from follow
where state = 'pending' and followed_id in (select actor_id from community);

create table vouch (
    community_id bigint not null references actor (id),
    actor_id bigint not null references actor (id),
    voucher_id bigint not null references actor (id),
    vouched_at bigint not null,
    primary key (community_id, actor_id, voucher_id)
);
create index vouch_actor on vouch (actor_id);
create index vouch_voucher on vouch (voucher_id);

-- Each wording of a community's pledge has its number; the highest counts. No words: there is none.
create table pledge (
    community_id bigint not null references actor (id),
    version bigint not null,
    words text not null check (length(words) <= 1000),
    made_at bigint not null,
    primary key (community_id, version)
);
create table pledge_agreement (
    community_id bigint not null references actor (id),
    actor_id bigint not null references actor (id),
    version bigint not null,
    agreed_at bigint not null,
    primary key (community_id, actor_id)
);
create index pledge_agreement_actor on pledge_agreement (actor_id);

-- How people come into a community of ours. vouches_needed: so many who vouch let somebody in; 0
-- leaves it to an organiser. cards: three short texts for those who are new.
create table admission (
    community_id bigint primary key references actor (id),
    inviting text not null default 'members' check (inviting in ('members', 'moderators')),
    vouches_needed bigint not null default 0,
    card_1 text not null default '' check (length(card_1) <= 500),
    card_2 text not null default '' check (length(card_2) <= 500),
    card_3 text not null default '' check (length(card_3) <= 500)
);
