"""Files that people here sent: whose they are, what they are for, and when they go."""
