"""Polls: choosing, counting, and the end of a poll. The asking is a post (`node/posts`)."""
