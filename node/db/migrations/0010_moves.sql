-- Who moved where, and how far their followers here were moved along; a row an actor.
create table actor_move (
    actor_id bigint primary key references actor (id),
    target_id bigint not null references actor (id),
    moved_at bigint not null,
    after_id bigint not null,
    done_at bigint
);
create index actor_move_target on actor_move (target_id);
create index actor_move_waiting on actor_move (actor_id) where done_at is null;
