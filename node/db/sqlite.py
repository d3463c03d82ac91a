"""A store in one SQLite file: writes go to the writer's thread, reads run where they are asked.

A read runs at once on the calling thread, because a hop to another costs twenty times what a read
by key does; each thread has a read-only connection of its own. Functions that read are synchronous,
so two of them can never share a snapshot. Lists longer than a page belong into `hedgerow data`.
"""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from node.base.clock import Clock
from node.db.errors import StoreFailed
from node.db.lock import FolderLock
from node.db.rehearsal import Rehearsal
from node.db.sqlite_tx import SqliteTx, connect
from node.db.tx import Engine, Tx
from node.db.writer import Writer

P = ParamSpec("P")
R = TypeVar("R")

READ_S_MAX = 5.0
STEPS_BETWEEN_LOOKS = 100_000


class Reader:
    """One thread's read-only connection. SQLite stops a statement that goes on for too long."""

    def __init__(self, path: Path, monotonic: Callable[[], float]) -> None:
        self.connection = connect(path, read_only=True)
        self._monotonic = monotonic
        self._until = 0.0
        self.connection.set_progress_handler(self._is_over, STEPS_BETWEEN_LOOKS)

    def read(self, call: Callable[[Tx], R]) -> R:
        """What `call` returns on one snapshot; a call inside a call sees the same snapshot.

        Raises:
            Busy: a statement was stopped after five seconds.
        """
        if self.connection.in_transaction:
            return call(SqliteTx(self.connection))
        self._until = self._monotonic() + READ_S_MAX
        self.connection.execute("begin")
        try:
            return call(SqliteTx(self.connection))
        finally:
            self.connection.execute("rollback")

    def _is_over(self) -> bool:
        return self._monotonic() > self._until


class SqliteDatabase:
    """A store in one SQLite file. Open it once a process, with `node.db.open`.

    `lock` None opens it for reading only, beside the process that holds the lock.
    """

    engine: Engine = "sqlite"

    def __init__(
        self,
        path: Path,
        lock: FolderLock | None,
        *,
        on_fatal: Callable[[BaseException], None],
        rehearsal: Rehearsal | None = None,
    ) -> None:
        self._path, self._lock, self._monotonic = path, lock, Clock().monotonic
        self._readers: dict[int, Reader] = {}
        self._opening = threading.Lock()
        self._closed = False
        self._connection: sqlite3.Connection | None = None
        self._writer: Writer | None = None
        if lock:
            self._connection = connect(path, read_only=False)
            self._writer = Writer(
                self._connection,
                monotonic=self._monotonic,
                on_fatal=on_fatal,
                rehearsal=rehearsal,
            )

    @property
    def waiting(self) -> int:
        return self._writer.waiting if self._writer else 0

    @property
    def may_write(self) -> bool:
        return self._writer is not None

    async def read(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        reader = self._readers.get(threading.get_ident()) or self._open_reader()
        return reader.read(lambda tx: fn(tx, *args, **kwargs))

    async def write(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        if self._writer is None:
            raise StoreFailed("the store was opened for reading only")
        name = getattr(fn, "__qualname__", "function")
        result: R = await self._writer.write(name, lambda tx: fn(tx, *args, **kwargs))
        return result

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._writer:
            await self._writer.close()
        for reader in self._readers.values():
            reader.connection.close()
        if self._connection:
            self._connection.close()
        if self._lock:
            self._lock.release()

    def _open_reader(self) -> Reader:
        if self._closed:
            raise StoreFailed("the store is closed")
        with self._opening:
            reader = Reader(self._path, self._monotonic)
            self._readers[threading.get_ident()] = reader
            return reader
