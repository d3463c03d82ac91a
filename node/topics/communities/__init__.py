"""Communities: groups of people with an address of their own, whose home is this node."""
