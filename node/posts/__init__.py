"""What people write: short posts, long ones, replies, messages; their edits and their end."""
