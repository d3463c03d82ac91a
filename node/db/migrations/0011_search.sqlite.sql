-- Under which marks a post is found (node/topics/posts/words.py): no words, but what they are hashed
-- to, apart for each circle that may read it. The index and its triggers are as sqlite-utils makes
-- and finds them; it holds no copy of the marks, and no places of them.

create table post_words (
    post_id bigint primary key references post (id),
    words text not null check (length(words) <= 500000)
);
create virtual table post_words_fts using fts5 (
    words, content="post_words", content_rowid='post_id', tokenize='ascii', detail=none
);
create trigger post_words_ai after insert on post_words begin
    insert into post_words_fts (rowid, words) values (new.post_id, new.words);
end;
create trigger post_words_ad after delete on post_words begin
    insert into post_words_fts (post_words_fts, rowid, words)
    values ('delete', old.post_id, old.words);
end;
create trigger post_words_au after update on post_words begin
    insert into post_words_fts (post_words_fts, rowid, words)
    values ('delete', old.post_id, old.words);
    insert into post_words_fts (rowid, words) values (new.post_id, new.words);
end;

-- The same for people and communities, by what they are called; and whether they agreed, when they
-- were put in, that what they write is found.
create table actor_words (
    actor_id bigint primary key references actor (id),
    words text not null check (length(words) <= 500000),
    indexable bigint not null
);
create virtual table actor_words_fts using fts5 (
    words, content="actor_words", content_rowid='actor_id', tokenize='ascii', detail=none
);
create trigger actor_words_ai after insert on actor_words begin
    insert into actor_words_fts (rowid, words) values (new.actor_id, new.words);
end;
create trigger actor_words_ad after delete on actor_words begin
    insert into actor_words_fts (actor_words_fts, rowid, words)
    values ('delete', old.actor_id, old.words);
end;
create trigger actor_words_au after update on actor_words begin
    insert into actor_words_fts (actor_words_fts, rowid, words)
    values ('delete', old.actor_id, old.words);
    insert into actor_words_fts (rowid, words) values (new.actor_id, new.words);
end;

-- What is to be indexed anew; of what is gone meanwhile nothing is.
create table post_words_due (
    post_id bigint primary key
);
create table actor_words_due (
    actor_id bigint primary key
);
insert into post_words_due (post_id) select id from post where deleted_at is null;
insert into actor_words_due (actor_id) select id from actor where deleted_at is null;

-- The directory: listed: the organisers agreed that neighbours show a community that everybody may
-- read; and what neighbours list of theirs. said_at: when the neighbour made the list held here.
alter table community add column listed bigint not null default 0;
create table neighbour_community (
    iri text primary key check (length(iri) <= 2048),
    host text not null check (length(host) <= 300),
    name text not null check (length(name) <= 200),
    title text not null check (length(title) <= 200),
    about text not null check (length(about) <= 2000)
);
create index neighbour_community_host on neighbour_community (host, name);
create table neighbour_directory (
    host text primary key check (length(host) <= 300),
    next_at bigint not null,
    said_at bigint not null,
    refreshed_at bigint not null
);
create index neighbour_directory_next on neighbour_directory (next_at);
create index neighbour_directory_refreshed on neighbour_directory (refreshed_at);
