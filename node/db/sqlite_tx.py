"""A transaction on one SQLite connection, and how such a connection is opened."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from node.base.errors import Busy
from node.db.errors import AlreadyThere, Spoilt, StoreFailed, Unstorable
from node.db.sql import render_sql
from node.db.tx import Engine, Row

T = TypeVar("T")

STATEMENTS_MAX = 256
CACHE_KIB = 8192
WAL_BYTES_KEPT = 16 * 1024 * 1024
BUSY_TIMEOUT_MS = 5000
UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
BROKEN = (
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CANTOPEN,
)
encode_list = msgspec.json.Encoder().encode


class SqliteTx:
    """A transaction on one SQLite connection. Whoever made it begins and ends it."""

    engine: Engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._depth = 0
        self._spoilt = False

    def one(self, sql: str, **params: Any) -> Row | None:
        return self._run(sql, params, first_row)

    def all(self, sql: str, **params: Any) -> list[Row]:
        return self._run(sql, params, sqlite3.Cursor.fetchall)

    def run(self, sql: str, **params: Any) -> int:
        return self._run(sql, params, rows_changed)

    def _run(self, sql: str, params: dict[str, Any], outcome: Callable[[sqlite3.Cursor], T]) -> T:
        if self._spoilt:
            raise Spoilt("an earlier statement of this transaction failed")
        text, lists, _ = render_sql(sql, "sqlite")
        for value in params.values():
            if type(value) is str and "\0" in value:
                raise Unstorable("A text with a NUL character cannot be stored.")
        for name in lists:
            params[name] = encode_list(list(params[name])).decode()
        try:
            return outcome(self._connection.execute(text, params))
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            self._spoilt = True
            raise translated(error) from error

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        if self._spoilt:
            raise Spoilt("an earlier statement of this transaction failed")
        name = f"inner_{self._depth}"
        self._depth += 1
        self._control(f"savepoint {name}")
        try:
            yield
            if self._spoilt:
                raise Spoilt("a statement failed, and the function went on")
        except BaseException:
            if self._connection.in_transaction:
                self._control(f"rollback to {name}")
                self._spoilt = False
            raise
        finally:
            self._depth -= 1
            if self._connection.in_transaction:
                self._control(f"release {name}")

    def _control(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except sqlite3.Error as error:
            self._spoilt = True
            raise translated(error) from error


def first_row(cursor: sqlite3.Cursor) -> Row | None:
    row: Row | None = cursor.fetchone()
    return row


def rows_changed(cursor: sqlite3.Cursor) -> int:
    return cursor.rowcount


def translated(error: Exception) -> Exception:
    """What the rest of the node calls this error; the error itself where only a bug explains it."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    kind = code & 0xFF
    if code in UNIQUE:
        return AlreadyThere("This is already there.")
    if code == sqlite3.SQLITE_CONSTRAINT_CHECK or kind == sqlite3.SQLITE_TOOBIG:
        return Unstorable("A value is too long, or not one of those allowed.")
    if isinstance(error, OverflowError | UnicodeEncodeError):
        return Unstorable("A number or a text cannot be stored.")
    if kind == sqlite3.SQLITE_FULL:
        return Busy("The disk is full.", retry_after_s=60)
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT):
        return Busy("The store is busy.", retry_after_s=5)
    if kind in BROKEN:
        return StoreFailed(str(error))
    return error


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection with our settings; a read-only one can neither write nor checkpoint.

    There are no statistics for the query planner on purpose: a plan then follows from the schema
    alone, is the same for ten posts and for a million, and can be tested. Checkpoints are the
    writer's own doing, so that a failing disk is noticed (SQLite ignores errors in automatic ones).
    """
    uri = path.absolute().as_uri() + ("?mode=ro" if read_only else "?mode=rwc")
    connection = sqlite3.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS_MAX,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("pragma foreign_keys = on")
    connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute(f"pragma cache_size = -{CACHE_KIB}")
    connection.execute("pragma temp_store = memory")
    connection.execute("pragma mmap_size = 0")
    if read_only:
        connection.execute("pragma query_only = on")
    else:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma wal_autocheckpoint = 0")
        connection.execute(f"pragma journal_size_limit = {WAL_BYTES_KEPT}")
        connection.execute("pragma secure_delete = on")
    return connection
