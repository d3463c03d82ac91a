"""A keeper at a terminal: one file a topic, and the table of commands."""
