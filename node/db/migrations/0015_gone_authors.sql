-- Those of other nodes who are gone, whose words go with them a part at a time.
create index actor_gone on actor (id) where deleted_at is not null and local = 0;
