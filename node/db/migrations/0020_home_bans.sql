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
