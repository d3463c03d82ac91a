"""A person with an app: the client API of Mastodon, one file a topic, and its table."""
