"""What a backup reads: every row of every table of ours, as they stood at one moment.

Both engines give the same rows, so a backup of one can be restored into the other. On SQLite it is
one reader beside the one writer; on PostgreSQL one transaction that sees one state.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from node.db.tx import Engine

Values = tuple[Any, ...]
ROWS_AT_ONCE = 500


class Snapshot(Protocol):
    """A store as it stood when this was opened, whatever is written meanwhile."""

    engine: Engine

    def schema(self) -> int:
        """The number of the newest migration applied."""
        ...

    def tables(self) -> list[str]:
        """Our tables, by name."""
        ...

    def columns(self, table: str) -> list[str]:
        """The columns of a table, in order."""
        ...

    def rows(self, table: str, columns: list[str]) -> Iterator[Values]:
        """Every row of a table, a few at a time.

        Raises:
            Refused: they cannot be read.
        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


class Loader(Protocol):
    """A new store that is filled with the rows of a backup, whole or not at all."""

    def build(self, schema: int, now: int) -> None:
        """Make the tables as they were at that schema, with nothing in them."""
        ...

    def columns(self, table: str) -> list[str]:
        """The columns of a table; none where there is no such table."""
        ...

    def add(self, table: str, columns: list[str], rows: Iterable[Values]) -> None:
        """Add rows."""
        ...

    def finish(self) -> list[str]:
        """Have it all on disk; what is broken in it, in the engine's words, and then it is not."""
        ...

    def close(self) -> None:
        """Let go of it; without `finish` nothing of it stays."""
        ...
