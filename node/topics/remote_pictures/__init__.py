"""Copies of pictures of other nodes: which are fetched, for whom, and when they go."""
