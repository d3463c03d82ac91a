-- What went since a moment: it is noted beside the backups, and left out when one is restored.
create index post_gone on post (deleted_at, id) where deleted_at is not null;
create index actor_deleted on actor (deleted_at, id) where deleted_at is not null;
create index oauth_token_revoked on oauth_token (revoked_at, token_hash) where revoked_at is not null;
