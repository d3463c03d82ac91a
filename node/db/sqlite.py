"""SQLite: one thread that holds the only writing and checkpointing connection, and a reader.

Functions that wait to write share one flush to disk (group commit), each in a savepoint of its own.
Why one writer: SQLite 3.7.0 to 3.51.2 can lose pages when two connections write or checkpoint.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec

from node.db.sql import render_sql
from node.db.tx import Engine, Row, Tx

P = ParamSpec("P")
R = TypeVar("R")

GROUP_MAX = 256
CHECKPOINT_PAGES = 4000
STATEMENTS_MAX = 512
encode_list = msgspec.json.Encoder().encode


class SqliteTx:
    """A transaction on one SQLite connection."""

    engine: Engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._depth = 0

    def one(self, sql: str, **params: Any) -> Row | None:
        row: Row | None = self._run(sql, params).fetchone()
        return row

    def all(self, sql: str, **params: Any) -> list[Row]:
        return self._run(sql, params).fetchall()

    def run(self, sql: str, **params: Any) -> int:
        return self._run(sql, params).rowcount

    def _run(self, sql: str, params: dict[str, Any]) -> sqlite3.Cursor:
        text, lists = render_sql(sql, "sqlite")
        for name in lists:
            params[name] = encode_list(list(params[name])).decode()
        return self._execute(text, params)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        name = f"inner_{self._depth}"
        self._depth += 1
        self._execute(f"savepoint {name}")
        try:
            yield
        except BaseException:
            self._execute(f"rollback to {name}")
            raise
        finally:
            self._execute(f"release {name}")
            self._depth -= 1


class Job:
    """A function that waits for the writer, and the future that waits for it."""

    __slots__ = ("call", "error", "future", "loop", "result")

    def __init__(self, call: Callable[[Tx], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.call, self.loop = call, loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteDatabase:
    """A store in one SQLite file. Open it once a process."""

    engine: Engine = "sqlite"

    def __init__(self, path: Path, *, rehearse: bool = False) -> None:
        """`rehearse` runs every write twice, the first time rolled back, as tests want it."""
        self._rehearse = rehearse
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._writer = connect(path, read_only=False)
        self._reader = connect(path, read_only=True)
        self._thread = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._thread.start()

    async def read(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        self._reader.execute("begin")
        try:
            return fn(SqliteTx(self._reader), *args, **kwargs)
        finally:
            self._reader.execute("rollback")

    async def write(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        job = Job(lambda tx: fn(tx, *args, **kwargs), asyncio.get_running_loop())
        self._jobs.put(job)
        result: R = await job.future
        return result

    async def close(self) -> None:
        if self._thread.is_alive():
            self._jobs.put(None)
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
            self._reader.close()
            self._writer.close()

    def _write_all(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            is_last = False
            while len(group) < GROUP_MAX and not self._jobs.empty():
                job = self._jobs.get()
                if job is None:
                    is_last = True
                    break
                group.append(job)
            self._write_group(group)
            if is_last:
                return

    def _write_group(self, group: list[Job]) -> None:
        try:
            self._writer.execute("begin immediate")
            tx = SqliteTx(self._writer)
            for job in group:
                self._write_one(tx, job)
            self._writer.execute("commit")
        except sqlite3.Error as error:
            if self._writer.in_transaction:
                self._writer.execute("rollback")
            for job in group:
                job.error = job.error or error
        for loop in {job.loop for job in group}:
            loop.call_soon_threadsafe(settle_all, [job for job in group if job.loop is loop])

    def _write_one(self, tx: SqliteTx, job: Job) -> None:
        try:
            if self._rehearse:
                rehearse(tx, job.call)
            with tx.savepoint():
                job.result = job.call(tx)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is the caller's
            job.error = error


class Rehearsed(Exception):
    """Raised to roll a rehearsal back."""


def rehearse(tx: SqliteTx, call: Callable[[Tx], Any]) -> None:
    try:
        with tx.savepoint():
            call(tx)
            raise Rehearsed
    except Rehearsed:
        pass


def settle_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection with our settings; a reader can neither write nor checkpoint."""
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
    connection.execute("pragma busy_timeout = 5000")
    if read_only:
        connection.execute("pragma query_only = on")
    else:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
    return connection
