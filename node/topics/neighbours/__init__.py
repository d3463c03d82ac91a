"""What organisers decide about other nodes, and what that does to everything held here."""
