"""A node that goes on elsewhere: what became of its posts and people since it was backed up."""
