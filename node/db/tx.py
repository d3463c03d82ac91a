"""What a function in a transaction may ask of the store, whichever engine holds it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

Row = Mapping[str, Any]
Engine = Literal["sqlite", "postgres"]


class Tx(Protocol):
    """One open transaction.

    SQL is one text for both engines with named parameters (`:name`); a list goes in as
    `in (:names[])`, with any sequence of numbers or texts as its value.
    """

    engine: Engine

    def one(self, sql: str, **params: Any) -> Row | None:
        """The first row that `sql` gives, or None."""
        ...

    def all(self, sql: str, **params: Any) -> list[Row]:
        """Every row that `sql` gives; the SQL carries its own limit."""
        ...

    def run(self, sql: str, **params: Any) -> int:
        """Run a statement; how many rows it changed."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """A part of the transaction that an exception undoes by itself, and alone."""
        ...
