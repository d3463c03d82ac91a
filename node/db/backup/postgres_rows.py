"""All rows out of a PostgreSQL database in one snapshot, and into an empty one in one transaction.

No program of PostgreSQL's own is needed, so none of another version can be in the way.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.rows import DictRow, RowFactory, TupleRow, dict_row, tuple_row

from node.base.errors import Refused
from node.db.backup.snapshot import ROWS_AT_ONCE, Values
from node.db.inspection import our_tables
from node.db.migrate import migrate
from node.db.postgres import CONNECT_S_MAX, PostgresTx
from node.db.tx import Engine

TABLES = "select tablename from pg_tables where schemaname = current_schema() order by tablename"
COLUMNS = """
    select attname from pg_attribute
    where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum
"""
SCHEMA = "select coalesce(max(number), 0) from migration"
REFERENCES = """
    select t.relname as table_name, c.conname as name
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    where c.contype = 'f' and c.connamespace = current_schema()::regnamespace
"""
LATER, AT_ONCE = sql.SQL("deferrable initially deferred"), sql.SQL("not deferrable")
R = TypeVar("R")
NOT_EMPTY = "There is something in that database. Name an empty one."
LOST = "The database does not answer, or does not do what is asked of it."


class PostgresSnapshot:
    """One transaction that reads, and sees the state of the moment in which it began."""

    engine: Engine = "postgres"

    def __init__(self, url: str) -> None:
        self._connection: psycopg.Connection[TupleRow] = connected(url, tuple_row)
        self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        self._connection.execute("set statement_timeout = 0")

    def schema(self) -> int:
        """The number of the newest migration applied."""
        try:
            row = self._connection.execute(SCHEMA).fetchone()
        except psycopg.errors.UndefinedTable as error:
            raise Refused("There is no node in this database.") from error
        return int(row[0]) if row else 0

    def tables(self) -> list[str]:
        """Our tables, by name."""
        found = [row[0] for row in self._connection.execute(TABLES)]
        return [name for name in found if name in our_tables("postgres")]

    def columns(self, table: str) -> list[str]:
        """The columns of a table, in order."""
        return [row[0] for row in self._connection.execute(COLUMNS, (table,))]

    def rows(self, table: str, columns: list[str]) -> Iterator[Values]:
        """Every row of a table, a few at a time."""
        asked = sql.SQL("select {} from {}").format(names(columns), sql.Identifier(table))
        try:
            with self._connection.cursor(name="backup") as cursor:
                cursor.itersize = ROWS_AT_ONCE
                yield from cursor.execute(asked)
        except psycopg.Error as error:
            raise Refused(LOST) from error

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


class PostgresLoader:
    """An empty database that is filled in one transaction; references are looked at in the end."""

    def __init__(self, url: str) -> None:
        self._connection: psycopg.Connection[DictRow] = connected(url, dict_row)
        self._connection.execute("set statement_timeout = 0")
        if self._tables():
            self._connection.close()
            raise Refused(NOT_EMPTY)

    def build(self, schema: int, now: int) -> None:
        """Make the tables as they were at that schema, with nothing in them."""
        migrate(PostgresTx(self._connection), now, schema)
        self._defer(LATER)
        for name in self._tables():
            self._connection.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))

    def columns(self, table: str) -> list[str]:
        """The columns of a table; none where there is no such table."""
        return [row["attname"] for row in self._connection.execute(COLUMNS, (table,))]

    def add(self, table: str, columns: list[str], rows: Iterable[Values]) -> None:
        """Add rows."""
        asked = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names(columns))
        try:
            with self._connection.cursor().copy(asked) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise Refused("The store cannot be filled: a row does not fit.") from error

    def finish(self) -> list[str]:
        """Have it all on disk; what is broken in it, in the engine's words, and then it is not."""
        try:
            self._connection.execute("set constraints all immediate")
        except psycopg.errors.ForeignKeyViolation as error:
            return [f"a row of {error.diag.table_name} refers to a missing one"]
        self._defer(AT_ONCE)
        self._connection.commit()
        return []

    def close(self) -> None:
        """Let go of it; without `finish` nothing of it stays."""
        self._connection.close()

    def _tables(self) -> list[str]:
        found = [row["tablename"] for row in self._connection.execute(TABLES)]
        return [name for name in found if name in our_tables("postgres")]

    def _defer(self, when: sql.SQL) -> None:
        for row in self._connection.execute(REFERENCES).fetchall():
            self._connection.execute(
                sql.SQL("alter table {} alter constraint {} {}").format(
                    sql.Identifier(row["table_name"]), sql.Identifier(row["name"]), when
                )
            )


def connected(url: str, row_factory: RowFactory[R]) -> psycopg.Connection[R]:
    """A connection of our own. Raises Refused where nobody answers."""
    try:
        return psycopg.Connection[R].connect(
            url, connect_timeout=int(CONNECT_S_MAX), row_factory=row_factory
        )
    except psycopg.Error as error:
        raise Refused("The database cannot be reached.") from error


def names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
