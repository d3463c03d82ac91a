"""What happens when a post is written, changed, deleted or received: everything that it touches."""
