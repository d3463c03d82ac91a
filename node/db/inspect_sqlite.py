"""Looking into a SQLite file beside a node that may be writing to it, with sqlite-utils."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from node.base.errors import Refused
from node.db.inspection import Inspector, Key, Page, Table, our_tables, page_of, shown

LOCKED = "Another program holds the database. Try again in a moment."


class SqliteInspector:
    """One read-only connection: it neither writes nor checkpoints."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._store = Database(connection, execute_plugins=False)

    def tables(self) -> list[Table]:
        """Every table, by name."""
        with reading():
            found = our_tables("sqlite").intersection(self._store.table_names())
            return [self._table(name) for name in sorted(found)]

    def _table(self, name: str) -> Table:
        table = self._store.table(name)
        columns = shown(name, [column.name for column in table.columns])
        return Table(name, columns, tuple(table.pks), table.count)

    def page(self, table: Table, limit: int, before: Key | None = None) -> Page:
        """The last rows of a table by its key, those below `before`, the last one first."""
        key = ", ".join(f'"{column}"' for column in table.key)
        with reading():
            found = self._store.table(table.name).rows_where(
                where=f"({key}) < ({', '.join('?' * len(table.key))})" if before else None,
                where_args=before,
                select=", ".join(f'"{column}"' for column in {*table.columns, *table.key}),
                order_by=", ".join(f'"{column}" desc' for column in table.key),
                limit=limit,
            )
            return page_of(table, list(found))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


@contextmanager
def reading() -> Iterator[None]:
    """What the engine says against reading, as a sentence for people."""
    try:
        yield
    except sqlite3.OperationalError as error:
        is_locked = "locked" in str(error)
        raise Refused(LOCKED if is_locked else f"The database cannot be read: {error}.") from error
    except sqlite3.Error as error:
        raise Refused(f"The database is damaged: {error}. Restore a backup.") from error


def open_inspector(path: Path) -> Inspector:
    """Look into the file at `path`.

    Raises:
        Refused: it cannot be read as a database.
    """
    with reading():
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.text_factory = as_text
        connection.execute("pragma query_only = on")
        return SqliteInspector(connection)


def as_text(found: bytes) -> str:
    """A stored text, with a sign in place of what is none."""
    return found.decode("utf-8", "replace")
