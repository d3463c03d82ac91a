-- What posts and actors of other nodes bring along: custom emoji, whom a post quotes, and what its
-- author lets others do with it.

alter table post add column emojis text not null default '[]' check (length(emojis) <= 65536);
alter table post add column quote_iri text check (length(quote_iri) <= 2048);
alter table post add column policy text check (length(policy) <= 65536);
create index post_quote on post (quote_iri) where quote_iri is not null;

alter table actor add column emojis text not null default '[]' check (length(emojis) <= 65536);

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
