"""What can go wrong with a statement, in words that are the same on both engines.

A statement that failed spoils its transaction up to the enclosing savepoint, also on SQLite, so a
function that means to go on after `AlreadyThere` runs that statement inside `tx.savepoint()`.
"""

from node.base.errors import Conflict, Invalid


class AlreadyThere(Conflict):
    """A row with the same unique value exists. Nothing was written by the statement."""


class Unstorable(Invalid):
    """A value breaks a check of its column, or is one that not both engines can hold."""


class Spoilt(RuntimeError):
    """A bug: the function went on after a statement that failed, without a savepoint around it."""


class StoreFailed(Exception):
    """The disk, or the file on it, can no longer be trusted. The process has to end."""
