"""All rows out of a SQLite file beside its writer, and into a new one."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from node.base.errors import Busy, Refused
from node.db.backup.snapshot import ROWS_AT_ONCE, Values
from node.db.errors import StoreFailed
from node.db.inspect_sqlite import reading
from node.db.inspection import our_tables
from node.db.integrity import damage
from node.db.migrate import migrate
from node.db.sqlite_tx import SqliteTx, connect, translated
from node.db.tx import Engine

TABLES = "select name from sqlite_schema where type = 'table' order by name"
COLUMNS = "select name from pragma_table_info(?) order by cid"
SCHEMA = "select coalesce(max(number), 0) from migration"
CACHE_KIB = 65_536
QUICK = ("foreign_keys = off", "synchronous = off", "journal_mode = memory")
"""For a store that nobody has yet: it is flushed once, at its end."""


class SqliteSnapshot:
    """One reading transaction; it neither writes nor checkpoints, and holds up nobody."""

    engine: Engine = "sqlite"

    def __init__(self, path: Path) -> None:
        with reading():
            self._connection = connect(path, read_only=True)
            self._connection.row_factory = None
            self._connection.execute("begin")
            self._connection.execute(SCHEMA).fetchone()

    def schema(self) -> int:
        """The number of the newest migration applied."""
        return int(self._connection.execute(SCHEMA).fetchone()[0])

    def tables(self) -> list[str]:
        """Our tables, by name."""
        found = [row[0] for row in self._connection.execute(TABLES)]
        return [name for name in found if name in our_tables("sqlite")]

    def columns(self, table: str) -> list[str]:
        """The columns of a table, in order."""
        return [row[0] for row in self._connection.execute(COLUMNS, (table,))]

    def rows(self, table: str, columns: list[str]) -> Iterator[Values]:
        """Every row of a table, a few at a time."""
        with reading():
            cursor = self._connection.execute(f"select {names(columns)} from {names([table])}")
            while found := cursor.fetchmany(ROWS_AT_ONCE):
                yield from found

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class SqliteLoader:
    """A new store. Without a path it is nowhere: in memory, and what does not fit in there in a
    file without a name, which goes with the process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        if path is not None:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._connection = sqlite3.connect(str(path or ""), isolation_level=None)
        for setting in QUICK:
            self._connection.execute(f"pragma {setting}")
        self._connection.execute(f"pragma cache_size = -{CACHE_KIB}")
        self._connection.row_factory = sqlite3.Row

    def build(self, schema: int, now: int) -> None:
        """Make the tables as they were at that schema, with nothing in them."""
        with filling():
            self._connection.execute("begin")
            migrate(SqliteTx(self._connection), now, schema)
            for row in self._connection.execute(TABLES).fetchall():
                if row["name"] in our_tables("sqlite"):
                    self._connection.execute(f"delete from {names([row['name']])}")

    def columns(self, table: str) -> list[str]:
        """The columns of a table; none where there is no such table."""
        return [row["name"] for row in self._connection.execute(COLUMNS, (table,))]

    def add(self, table: str, columns: list[str], rows: Iterable[Values]) -> None:
        """Add rows."""
        places = ", ".join("?" * len(columns))
        with filling():
            self._connection.executemany(
                f"insert into {names([table])} ({names(columns)}) values ({places})", rows
            )

    def finish(self) -> list[str]:
        """Have it all on disk; what is broken in it, in the engine's words, and then it is not."""
        with filling():
            found = damage(SqliteTx(self._connection))
            if not found:
                self._connection.execute("commit")
                if self._path is not None:
                    self._settle(self._path)
            return found

    def close(self) -> None:
        """Let go of it; without `finish` nothing of it stays."""
        self._connection.close()

    def _settle(self, path: Path) -> None:
        """Have the file on disk as a node has it, so that no later switch can be cut off."""
        self._connection.execute("pragma journal_mode = wal")
        self._connection.close()
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def filling() -> Iterator[None]:
    """What the engine says against writing, as a sentence for people."""
    try:
        yield
    except (sqlite3.Error, Busy, StoreFailed) as error:
        why = translated(error)
        raise Refused(f"The store cannot be filled. {why}") from error


def names(found: list[str]) -> str:
    """Names of tables or columns, which the schema says, as they stand in a statement."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in found)
