"""Making, changing and closing down a community of ours, and what its members are in it."""
