"""What goes on elsewhere, or ends: a node that comes back from a backup, an account that leaves."""
