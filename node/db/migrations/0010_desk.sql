-- The desk of those who look after a community or the node: cases, notes, appeals, first posts, words.

-- One thing to decide: all reports of the same, an appeal, or a post that waits for a look. group_id: the community of ours that it
-- is about; null where it is for those who look after the node. urgent: somebody may be in danger.
-- passed_iri: the message that told the home of whom it is about.
create table desk_case (
    id bigint primary key,
    kind text not null check (kind in ('report', 'appeal', 'waiting')),
    group_id bigint references actor (id),
    about_id bigint references actor (id),
    post_id bigint references post (id),
    urgent bigint not null,
    opened_at bigint not null,
    taken_by bigint references actor (id),
    settled_at bigint,
    settled_by bigint references actor (id),
    outcome text check (length(outcome) <= 20),
    passed_iri text check (length(passed_iri) <= 2048)
);
create index desk_case_open on desk_case (urgent, id) where settled_at is null;
create index desk_case_settled on desk_case (settled_at, id) where settled_at is not null;
create index desk_case_group on desk_case (group_id, id) where group_id is not null;
create index desk_case_about on desk_case (about_id, id) where about_id is not null;
create index desk_case_post on desk_case (post_id) where post_id is not null;
create index desk_case_taken on desk_case (taken_by) where taken_by is not null;
create index desk_case_settled_by on desk_case (settled_by) where settled_by is not null;

-- What those who look after things tell each other about a case.
create table desk_note (
    id bigint primary key,
    case_id bigint not null references desk_case (id),
    by_id bigint not null references actor (id),
    words text not null check (length(words) <= 2048),
    created_at bigint not null
);
create index desk_note_case on desk_note (case_id, id);
create index desk_note_by on desk_note (by_id);

-- reason: why, as people say it; category is what apps know of it.
alter table report add column reason text
    check (reason in ('spam', 'sells', 'medical_advice', 'wrong', 'unkind', 'danger', 'other',
        'violation', 'legal'));
alter table report add column case_id bigint references desk_case (id);
create index report_case on report (case_id, id) where case_id is not null;

insert into desk_case (id, kind, group_id, about_id, post_id, urgent, opened_at)
select r.id, 'report', r.group_id, r.about_id,
    (select min(rp.post_id) from report_post rp where rp.report_id = r.id), 0, r.created_at
from report r where r.resolved_at is null;
update report set case_id = id where resolved_at is null;

-- Somebody asks that a removal or a ban be looked at again, each once. entry_id: what did it, in the log
-- (moderation_entry). case_id: on our desk; null where a community elsewhere decides.
create table appeal (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    group_id bigint not null references actor (id),
    person_id bigint not null references actor (id),
    entry_id bigint not null,
    post_id bigint references post (id),
    case_id bigint references desk_case (id),
    words text not null check (length(words) <= 2048),
    made_at bigint not null,
    answered_at bigint,
    granted bigint,
    answer text check (length(answer) <= 2048),
    unique (entry_id, person_id)
);
create index appeal_group on appeal (group_id);
create index appeal_person on appeal (person_id);
create index appeal_post on appeal (post_id) where post_id is not null;
create index appeal_case on appeal (case_id) where case_id is not null;

-- Posts that wait for a look before anybody but their author sees them; until then they are hidden, as
-- removed ones are. group_id: the community, or the node's own actor; matched: which words were found.
create table waiting_post (
    post_id bigint primary key references post (id),
    group_id bigint not null references actor (id),
    author_id bigint not null references actor (id),
    case_id bigint not null references desk_case (id),
    why text not null check (why in ('first', 'words')),
    matched text check (length(matched) <= 200),
    state text not null check (state in ('waiting', 'passed', 'refused')),
    since bigint not null,
    verbatim text check (length(verbatim) <= 1048576)
);
create index waiting_post_group on waiting_post (group_id, author_id);
create index waiting_post_author on waiting_post (author_id);
create index waiting_post_case on waiting_post (case_id);

-- first_posts_wait_since: who became a member since then waits with the first post; null: nobody does.
alter table community add column first_posts_wait_since bigint;

-- watched_at: when somebody who looks after it was last seen, as far as anybody looked. unwatched_since:
-- nobody was for a week; until somebody is, it takes in nobody by itself.
alter table community add column watched_at bigint;
alter table community add column unwatched_since bigint;

-- Words and sites that have a post wait for a look, in a community or (the node's own actor) everywhere.
create table word_filter (
    id bigint primary key,
    group_id bigint not null references actor (id),
    kind text not null check (kind in ('words', 'site')),
    phrase text not null check (length(phrase) <= 200),
    created_at bigint not null,
    unique (group_id, kind, phrase)
);
