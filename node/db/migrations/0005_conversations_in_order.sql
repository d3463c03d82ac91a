-- Conversations and answers are listed for other nodes in the order they were written (FEP-f228).

create index post_root_published on post (root_id, published_at, id);
create index post_parent_published on post (parent_id, published_at, id);
