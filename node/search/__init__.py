"""Finding people, communities and posts: here, and at their own home."""
