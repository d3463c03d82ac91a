-- A post that somebody else says is deleted, and whose own address said so once: it is hidden by
-- removed_in, with its words, until the address has said so again, or shows it again.
create table unverified_post_delete (
    post_id bigint primary key references post (id),
    removed_in bigint not null,
    gone_at bigint not null,
    look_at bigint not null
);
create index unverified_post_delete_look on unverified_post_delete (look_at);

-- What a message is about, however deep it is wrapped; kept as long as its body is.
alter table arrival add column object_iri text check (length(object_iri) <= 2048);
create index arrival_object on arrival (object_iri) where state = 'quarantined';
