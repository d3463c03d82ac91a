-- accounts: other names that people have, each for one community alone. These two tables say whose
-- they are, and nothing that is shown, sent, printed or logged does.

-- community_id: ours or one elsewhere. stopped_at: when those who look after the node ended it.
-- ended_at: when whoever had it did; the row stays as long as the account, for what it was shut out
-- of and who blocked it.
create table pseudonym (
    actor_id bigint primary key references actor (id),
    account_id bigint not null references account (id),
    community_id bigint not null references actor (id),
    created_at bigint not null,
    stopped_at bigint,
    ended_at bigint
);
create index pseudonym_account on pseudonym (account_id);
create index pseudonym_community on pseudonym (community_id);

-- Which names are one person's, each pair both ways.
create table same_person (
    actor_id bigint not null references actor (id),
    other_id bigint not null references actor (id),
    primary key (actor_id, other_id)
);
create index same_person_other on same_person (other_id);

-- Under which name somebody goes on in a browser; null: under their own.
alter table session add column acting_id bigint references actor (id);
create index session_acting on session (acting_id) where acting_id is not null;

-- Until when somebody makes no other names, for one of theirs was stopped.
alter table account add column no_names_until bigint;
