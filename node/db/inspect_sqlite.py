"""Looking into a SQLite file beside a node that may be writing to it, with sqlite-utils."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from node.base.errors import Refused
from node.db.inspection import Inspector, Key, Page, Table, page_of, shown


class SqliteInspector:
    """One read-only connection: it neither writes nor checkpoints."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._store = Database(connection, execute_plugins=False)

    def tables(self) -> list[Table]:
        """Every table, by name."""
        return [self._table(name) for name in sorted(self._store.table_names())]

    def _table(self, name: str) -> Table:
        table = self._store.table(name)
        columns = shown(name, [column.name for column in table.columns])
        return Table(name, columns, tuple(table.pks), table.count)

    def page(self, table: Table, limit: int, before: Key | None = None) -> Page:
        """The last rows of a table by its key, those below `before`, the last one first."""
        key = ", ".join(f'"{column}"' for column in table.key)
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


def open_inspector(path: Path) -> Inspector:
    """Look into the file at `path`.

    Raises:
        Refused: it cannot be read as a database.
    """
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.execute("pragma query_only = on")
        return SqliteInspector(connection)
    except sqlite3.Error as error:
        raise Refused(f"The database file cannot be opened: {error}.") from error
