"""People, groups and services: ours and those of other nodes, with their keys."""
