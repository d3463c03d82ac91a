-- communities: which other nodes hold what was said behind the door of one of ours, since when, and
-- what became of it when their last member had left. purge_iri: what asked them to remove it

create table community_copy (
    community_id bigint not null references community (actor_id),
    host text not null check (length(host) <= 300),
    inbox text not null check (length(inbox) <= 2048),
    since bigint not null,
    state text not null check (state in (
        'held', 'doubted', 'asked', 'removed', 'never', 'refused', 'silent')),
    purge_iri text check (length(purge_iri) <= 2048),
    asked_at bigint,
    asks bigint not null default 0,
    ask_again_at bigint,
    answered_at bigint,
    primary key (community_id, host)
);
create unique index community_copy_purge on community_copy (purge_iri)
    where purge_iri is not null;
create index community_copy_state on community_copy (state, ask_again_at);

-- neighbours: what was said behind the door of a community elsewhere and is to be removed here, for
-- nobody of ours belongs to it any more. iri: what asked for it; empty where nobody did

create table purge_order (
    group_id bigint primary key references actor (id),
    iri text not null check (length(iri) <= 2048),
    removed bigint not null default 0,
    done_at bigint
);

-- neighbours: what another node says that it is, as it was read last; and which organisers of a
-- community agree that a node holds what is said there, before its first member is let in

create table node_said (
    host text primary key check (length(host) <= 300),
    software text not null check (length(software) <= 100),
    version text not null check (length(version) <= 100),
    title text not null check (length(title) <= 200),
    read_at bigint not null
);

create table node_agreement (
    community_id bigint not null references community (actor_id),
    host text not null check (length(host) <= 300),
    organiser_id bigint not null references actor (id),
    agreed_at bigint not null,
    primary key (community_id, host, organiser_id)
);
create index node_agreement_organiser on node_agreement (organiser_id);
