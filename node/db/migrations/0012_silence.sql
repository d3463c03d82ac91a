-- When a host was heard again after thirty days without a word.
alter table destination add column returned_at bigint;

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
