"""Who can sign in here: passwords, sessions, apps and their tokens."""
