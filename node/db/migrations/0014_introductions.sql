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
