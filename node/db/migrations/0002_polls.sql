-- Who chose what in a poll; nobody but the voter is ever shown it.
create table vote (
    post_id bigint not null references post (id),
    actor_id bigint not null references actor (id),
    choice bigint not null,
    created_at bigint not null,
    primary key (post_id, actor_id, choice)
);
create index vote_actor on vote (actor_id);

-- What is to happen to a poll by itself: `results` go out, or it comes to its `end`.
create table poll_due (
    post_id bigint not null references post (id),
    kind text not null check (kind in ('results', 'end')),
    due_at bigint not null,
    primary key (post_id, kind)
);
create index poll_due_at on poll_due (due_at);
