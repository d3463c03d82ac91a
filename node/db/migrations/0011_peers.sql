-- What we have to do with other nodes, each known by its host. A host that is not here is open.
create table peer (
    host text primary key check (length(host) <= 300),
    policy text not null check (policy in ('open', 'trusted', 'silenced', 'blocked')),
    reason text not null check (length(reason) <= 500),
    frozen_at bigint,
    frozen_reason text check (length(frozen_reason) <= 500),
    created_at bigint not null,
    updated_at bigint not null
);

-- One row: whether only trusted peers are met, and a number that grows with every change above.
create table circle (
    id bigint primary key,
    version bigint not null,
    closed bigint not null
);
insert into circle (id, version, closed) values (1, 0, 0);

-- What the policy for a host means for those who live there: not shown at all; shown as text, and
-- only to those who follow them.
alter table actor add column hidden_at bigint;
alter table actor add column silenced_at bigint;
create index delivery_parked on delivery (host) where state = 'parked';
