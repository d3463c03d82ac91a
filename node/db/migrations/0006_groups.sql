-- When a message was signed, so that a later one under the same id can be told from the same one
-- again; and whose personal inboxes it came to (names of people here), who it is for if it names
-- nobody.
alter table arrival add column signed_at bigint not null default 0;
alter table arrival add column inboxes text not null default '' check (length(inboxes) <= 4096);
alter table held_arrival add column signed_at bigint not null default 0;
alter table held_arrival add column inboxes text not null default '' check (length(inboxes) <= 4096);

-- When the community of ours that a post belongs to passed it on; once.
alter table post add column announced_at bigint;
update post set announced_at = published_at where community_id is not null;

-- When its author, elsewhere, deleted it while it stood; and when they took that back: then it may be
-- read again at its own address.
alter table post add column withdrawn_at bigint;
alter table post add column restored_at bigint;

-- Which inboxes of a host got it, a blank between: what is deleted goes to each of them where a host
-- has no shared one.
alter table receipt add column inboxes text not null default '' check (length(inboxes) <= 32768);
