"""The one thread that writes to and checkpoints a SQLite store.

Functions that wait to write share one flush to disk (group commit), each in a savepoint of its own.
Why one writer: SQLite 3.7.0 to 3.51.2 can lose pages when two connections write or checkpoint.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from node.base.errors import Busy
from node.db.errors import StoreFailed
from node.db.rehearsal import Rehearsal
from node.db.sqlite_tx import BUSY_TIMEOUT_MS, SqliteTx, translated
from node.db.tx import Tx

log = structlog.get_logger()

JOBS_WAITING_MAX = 4096
GROUP_JOBS_MAX = 256
GROUP_S_MAX = 0.025
SLOW_S = 0.25
IDLE_S = 1.0
CHECKPOINT_ROWS = 2000
WAL_PAGES_MAX = 8000
READERS_MS_MAX = 100
SHORTEN_AGAIN_S = 5.0
CLEAR_EVERY_S = 20.0
"""How long the log keeps what was there before something was deleted, if no reader stays."""


class Job:
    """A function that waits for the writer, and the future that waits for it."""

    __slots__ = ("call", "error", "future", "loop", "name", "result")

    def __init__(self, name: str, call: Callable[[Tx], Any]) -> None:
        self.name, self.call = name, call
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: Exception | None = None

    def settle(self) -> None:
        """Tell the one who waits, unless they gave up; the writing was done all the same."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """The thread, its connection and its queue.

    `on_fatal` is called in the thread when the disk can no longer be trusted, or the thread itself
    has a bug; it is expected to end the process. Nobody was told that their writing is done.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        monotonic: Callable[[], float],
        on_fatal: Callable[[BaseException], None],
        rehearsal: Rehearsal | None,
    ) -> None:
        self._connection, self._monotonic = connection, monotonic
        self._on_fatal, self._rehearsal = on_fatal, rehearsal
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        self._failure: BaseException | None = None
        self._rows_checkpointed = 0
        self._shorten_at = self._clear_at = 0.0
        self._has_log = False
        self._thread = threading.Thread(target=self._live, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many functions wait."""
        return self._jobs.qsize()

    async def write(self, name: str, call: Callable[[Tx], Any]) -> Any:
        """What `call` returns, once it is on disk. If the waiting is cancelled, it is done still.

        Raises:
            Busy: too many wait already, or the disk is full.
            StoreFailed: the disk can no longer be trusted.
        """
        if self._closed:
            raise StoreFailed("the store is closed") from self._failure
        if self._jobs.qsize() >= JOBS_WAITING_MAX:
            raise Busy("Too much is waiting to be stored.", retry_after_s=5)
        job = Job(name, call)
        self._jobs.put(job)
        return await job.future

    async def close(self) -> None:
        """Write what waits, then end the thread; the connection stays open."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _live(self) -> None:
        group: list[Job] = []
        try:
            while (first := self._next()) is not None:
                group = [first]
                is_last = self._write_group(group)
                settle_all(group)
                group = []
                if self._rows_waiting() >= CHECKPOINT_ROWS or self._is_time_to_clear():
                    self._checkpoint()
                if is_last:
                    break
            self._checkpoint()
        except BaseException as error:  # noqa: BLE001 - the thread must not end unnoticed
            self._fail(error, group)

    def _next(self) -> Job | None:
        """The next function; while there is none, what is in the log moves to its place, and the
        log is cleared, for it holds pages as they were: what was deleted stands in them."""
        while self._rows_waiting() or self._has_log:
            try:
                return self._jobs.get(timeout=IDLE_S)
            except queue.Empty:
                if self._rows_waiting() or self._is_time_to_clear():
                    self._checkpoint()
        return self._jobs.get()

    def _write_group(self, group: list[Job]) -> bool:
        """Write the group's first function and those that come meanwhile; True after the last."""
        is_last = False
        try:
            self._connection.execute("begin immediate")
            tx = SqliteTx(self._connection)
            began = self._monotonic()
            self._write_one(tx, group[0])
            while len(group) < GROUP_JOBS_MAX and self._monotonic() - began < GROUP_S_MAX:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    is_last = True
                    break
                group.append(job)
                self._write_one(tx, job)
            self._connection.execute("commit")
        except (sqlite3.Error, StoreFailed, Busy) as error:
            self._undo(group, translated(error))
        return is_last

    def _write_one(self, tx: SqliteTx, job: Job) -> None:
        began = self._monotonic()
        try:
            if self._rehearsal:
                self._rehearsal.run(tx, job.call)
            with tx.savepoint():
                job.result = job.call(tx)
        except BaseException as error:
            if isinstance(error, StoreFailed):
                raise
            if not self._connection.in_transaction:
                raise lost_transaction(error) from error
            job.error = as_exception(error)
        if (took_s := self._monotonic() - began) > SLOW_S:
            log.warning("write_was_slow", function=job.name, took_ms=round(took_s * 1000))

    def _undo(self, group: list[Job], error: Exception) -> None:
        """Nothing of the group was written: everyone in it hears so."""
        if isinstance(error, StoreFailed):
            raise error
        if self._connection.in_transaction:
            self._connection.execute("rollback")
        log.warning("group_commit_failed", functions=len(group), error=str(error))
        for job in group:
            job.error = job.error or error

    def _rows_waiting(self) -> int:
        return self._connection.total_changes - self._rows_checkpointed

    def _is_time_to_clear(self) -> bool:
        return self._monotonic() >= max(self._clear_at, self._shorten_at)

    def _checkpoint(self) -> None:
        """Move the log into the file; wait for readers only if it has grown beyond its bound, or
        was not cleared for twenty seconds."""
        try:
            row = self._connection.execute("pragma wal_checkpoint(passive)").fetchone()
            self._has_log = row[1] > 0
            is_long = row[1] > WAL_PAGES_MAX and self._monotonic() >= self._shorten_at
            if is_long or (self._has_log and self._is_time_to_clear()):
                self._shorten()
        except sqlite3.Error as error:
            failure = translated(error)
            if isinstance(failure, StoreFailed):
                raise failure from error
            log.warning("checkpoint_failed", error=str(error))
        self._rows_checkpointed = self._connection.total_changes

    def _shorten(self) -> None:
        """Begin the log anew; behind a reader that stays (a backup) it is tried again later, since
        everybody who writes waits meanwhile."""
        self._connection.execute(f"pragma busy_timeout = {READERS_MS_MAX}")
        try:
            row = self._connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        finally:
            self._connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
        if row[0]:
            self._shorten_at = self._monotonic() + SHORTEN_AGAIN_S
            return
        self._has_log, self._clear_at = False, self._monotonic() + CLEAR_EVERY_S

    def _fail(self, error: BaseException, group: list[Job]) -> None:
        self._closed, self._failure = True, error
        try:
            self._on_fatal(error)
        finally:
            while not self._jobs.empty():
                if (job := self._jobs.get()) is not None:
                    group.append(job)
            for job in group:
                job.error = StoreFailed(str(error))
            settle_all(group)


def lost_transaction(error: BaseException) -> Exception:
    """The reason why SQLite ended the whole transaction by itself."""
    return error if isinstance(error, Busy) else StoreFailed(f"the transaction was lost: {error}")


def as_exception(error: BaseException) -> Exception:
    """`error` as something that a future can carry."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    made = RuntimeError(f"the function raised {type(error).__name__}")
    made.__cause__ = error
    return made


def settle_all(jobs: Iterable[Job]) -> None:
    """Wake those who wait, one call for each event loop; one that has ended waits for nothing."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(settle_each, settled)
        except RuntimeError:
            log.info("writers_went_away", functions=len(settled))


def settle_each(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()
