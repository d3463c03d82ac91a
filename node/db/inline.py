"""A store for simulations and audits: the same functions, run at once on one connection, with no
thread.

Nothing here waits, so a run on a fake clock and a seed goes the same way each time.
"""

import sqlite3
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from node.db.migrate import migrate
from node.db.rehearsal import Rehearsal
from node.db.sqlite_tx import SqliteTx
from node.db.tx import Engine, Tx

P = ParamSpec("P")
R = TypeVar("R")


async def in_memory(now: int) -> "InlineDatabase":
    """An empty store of this version's schema that nothing on disk will ever know of."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma foreign_keys = on")
    made = InlineDatabase(connection)
    await made.write(migrate, now)
    return made


class InlineDatabase:
    """A store on a connection that the caller made with `node.db.sqlite_tx.connect`, or like it."""

    engine: Engine = "sqlite"
    waiting = 0

    def __init__(
        self, connection: sqlite3.Connection, *, rehearsal: Rehearsal | None = None
    ) -> None:
        self._connection, self._rehearsal = connection, rehearsal

    @property
    def may_write(self) -> bool:
        return True

    async def read(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        self._connection.execute("pragma query_only = on")
        self._connection.execute("begin")
        try:
            return fn(SqliteTx(self._connection), *args, **kwargs)
        finally:
            self._connection.execute("rollback")
            self._connection.execute("pragma query_only = off")

    async def write(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        self._connection.execute("begin immediate")
        try:
            tx = SqliteTx(self._connection)
            if self._rehearsal:
                self._rehearsal.run(tx, lambda tx: fn(tx, *args, **kwargs))
            with tx.savepoint():
                result = fn(tx, *args, **kwargs)
            self._connection.execute("commit")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
        return result

    async def close(self) -> None:
        self._connection.close()
