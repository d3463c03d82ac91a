"""A node that is backed up."""

from tests.backups import place

__all__ = ["place"]
