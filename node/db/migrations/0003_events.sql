-- When and where an event is that another node announced.
alter table post add column starts_at bigint;
alter table post add column ends_at bigint;
alter table post add column place text check (length(place) <= 500);
