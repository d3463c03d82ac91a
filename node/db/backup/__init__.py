"""Backups: everything of a node in one encrypted file, taken while it runs, and back again."""
