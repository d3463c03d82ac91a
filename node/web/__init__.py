"""A person with a browser: one file a topic, and the table of pages."""
