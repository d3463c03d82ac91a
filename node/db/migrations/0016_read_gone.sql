-- When a place read at the thing's own address that it is gone: it knows, though it says nothing.
alter table deletion_line add column read_at bigint;
create index deletion_object on deletion (object_iri);
