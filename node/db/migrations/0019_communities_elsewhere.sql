-- What a community elsewhere claims of itself: how many follow it, how much was written in it.
alter table actor add column claimed_followers bigint;
alter table actor add column claimed_posts bigint;

-- A post that its author marks as said by a moderator (Lemmy).
alter table post add column distinguished bigint not null default 0;
