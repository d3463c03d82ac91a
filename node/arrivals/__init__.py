"""Rows about what came: messages, tombstones, digests, what is to be fetched, whom we asked."""
