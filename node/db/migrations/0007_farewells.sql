-- Actors of other nodes that said goodbye in a message nobody can check: their address is asked again.

create table farewell (
    actor_id bigint primary key references actor (id),
    gone_at bigint not null,
    look_at bigint not null
);
create index farewell_look on farewell (look_at);
