-- moderation of communities, ours and, as far as they tell us, those elsewhere

-- What was done by whom in a community, for those who look after it.
create table moderation_entry (
    id bigint primary key,
    group_id bigint not null references actor (id),
    verb text not null check (length(verb) <= 30),
    by_iri text not null check (length(by_iri) <= 2048),
    activity_iri text not null check (length(activity_iri) <= 2048),
    post_id bigint references post (id),
    person_id bigint references actor (id),
    reason text check (length(reason) <= 2048),
    created_at bigint not null
);
create index moderation_entry_group on moderation_entry (group_id, id);
create index moderation_entry_activity on moderation_entry (activity_iri);
create index moderation_entry_post on moderation_entry (post_id, id) where post_id is not null;
create index moderation_entry_person on moderation_entry (person_id, group_id, id)
    where person_id is not null;

-- A removed post also counts as deleted, so that nobody sees it, but keeps its words until it is
-- restored; removed_in is the entry above that did it.
alter table post add column removed_in bigint;
alter table post add column locked_at bigint;
alter table post add column dislikes_count bigint not null default 0;
create index post_removed on post (removed_in) where removed_in is not null;

create table dislike (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    actor_id bigint not null references actor (id),
    post_id bigint not null references post (id),
    created_at bigint not null,
    unique (actor_id, post_id)
);
create index dislike_post on dislike (post_id, id);

-- What stands first with a community or a person.
create table pin (
    owner_id bigint not null references actor (id),
    post_id bigint not null references post (id),
    pinned_at bigint not null,
    primary key (owner_id, post_id)
);
create index pin_post on pin (post_id);

-- Who may not write in a community; it is kept here for all, membership.banned_until is not read.
create table ban (
    group_id bigint not null references actor (id),
    person_id bigint not null references actor (id),
    until bigint not null,
    reason text check (length(reason) <= 2048),
    entry_id bigint not null,
    created_at bigint not null,
    primary key (group_id, person_id)
);
create index ban_person on ban (person_id);

-- Who moderates a community elsewhere, as it says itself; for ours that is in membership.
create table group_moderator (
    group_id bigint not null references actor (id),
    actor_iri text not null check (length(actor_iri) <= 2048),
    since bigint not null,
    primary key (group_id, actor_iri)
);

-- Reports: what somebody wants looked at. about_id is the person it is about.
create table report (
    id bigint primary key,
    iri text not null unique check (length(iri) <= 2048),
    reporter_id bigint not null references actor (id),
    about_id bigint references actor (id),
    group_id bigint references actor (id),
    words text not null check (length(words) <= 2048),
    created_at bigint not null,
    resolved_at bigint
);
create index report_open on report (id) where resolved_at is null;
create index report_reporter on report (reporter_id);
create index report_about on report (about_id) where about_id is not null;
create index report_group on report (group_id, id) where group_id is not null;

create table report_post (
    report_id bigint not null references report (id),
    post_id bigint not null references post (id),
    primary key (report_id, post_id)
);
create index report_post_post on report_post (post_id);
create index account_role on account (role);
