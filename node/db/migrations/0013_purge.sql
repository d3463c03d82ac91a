-- Everything of somebody can be found, so that a host can be removed whole.
create index notification_from on notification (from_id);
create index outbox_entry_of on outbox_entry (actor_id);
create index idempotency_post on idempotency (post_id);
