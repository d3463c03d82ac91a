"""What people do with a post: favour it, boost it, keep it."""
