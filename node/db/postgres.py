"""A store in a PostgreSQL database: the same functions, each on a pooled connection in a thread.

Writes are serialisable and run again when two of them collided, so a function may think that it is
alone, as it is on SQLite. Several processes may share one database.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from psycopg import IsolationLevel, errors, pq
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import DictRow, dict_row
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool, PoolTimeout

from node.base.errors import Busy
from node.base.ids import jitter
from node.db.errors import AlreadyThere, Spoilt, StoreFailed, Unstorable
from node.db.rehearsal import Rehearsal
from node.db.sql import render_sql
from node.db.tx import Engine, Row, Tx

P = ParamSpec("P")
R = TypeVar("R")
Connection = psycopg.Connection[DictRow]

CONNECTIONS_MAX = 8
JOBS_WAITING_MAX = 4096
STATEMENTS_MAX = 512
CONNECT_S_MAX = 10.0
STATEMENT_MS_MAX = 30_000
TRIES_MAX = 12
PAUSE_S_MAX = 0.5
COLLIDED = (errors.SerializationFailure, errors.DeadlockDetected)


class PostgresTx:
    """A transaction on one PostgreSQL connection. Whoever made it begins and ends it."""

    engine: Engine = "postgres"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._depth = 0

    def one(self, sql: str, **params: Any) -> Row | None:
        return self._run(sql, params).fetchone()

    def all(self, sql: str, **params: Any) -> list[Row]:
        return list(self._run(sql, params).fetchall())

    def run(self, sql: str, **params: Any) -> int:
        return self._run(sql, params).rowcount

    def _run(self, sql: str, params: dict[str, Any]) -> psycopg.Cursor[DictRow]:
        text, lists, asked = render_sql(sql, "postgres")
        for name in lists:
            params[name] = list(params[name])
        for name in asked:
            params[f"{name}__null"] = None if params[name] is None else ""
        try:
            return self._connection.execute(text.encode(), params)
        except (psycopg.Error, UnicodeEncodeError) as error:
            raise translated(error) from error

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        name = f"inner_{self._depth}"
        self._depth += 1
        self._control(f"savepoint {name}")
        try:
            yield
            if self._connection.info.transaction_status == pq.TransactionStatus.INERROR:
                raise Spoilt("a statement failed, and the function went on")
        except BaseException:
            if not self._connection.closed:
                self._control(f"rollback to savepoint {name}")
            raise
        finally:
            self._depth -= 1
            if not self._connection.closed:
                self._control(f"release savepoint {name}")

    def _control(self, sql: str) -> None:
        try:
            self._connection.execute(sql.encode())
        except psycopg.Error as error:
            raise translated(error) from error


class PostgresDatabase:
    """A store in a PostgreSQL database. Open it once a process, with `node.db.open`."""

    engine: Engine = "postgres"

    def __init__(
        self, url: str, *, connections: int = CONNECTIONS_MAX, rehearsal: Rehearsal | None = None
    ) -> None:
        self._rehearsal = rehearsal
        self._waiting = 0
        self._closing = threading.Event()
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="store")
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            connection_class=psycopg.Connection[DictRow],
            kwargs={"row_factory": dict_row},
            min_size=1,
            max_size=connections,
            timeout=CONNECT_S_MAX,
            configure=configure,
            open=True,
        )

    @property
    def waiting(self) -> int:
        return self._waiting

    @property
    def may_write(self) -> bool:
        return True

    async def read(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await self._in_thread(self._read, lambda tx: fn(tx, *args, **kwargs))

    async def write(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await self._in_thread(self._write, lambda tx: fn(tx, *args, **kwargs))

    async def close(self) -> None:
        if not self._closing.is_set():
            self._closing.set()
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, self._threads.shutdown)
            await loop.run_in_executor(None, self._pool.close)

    async def _in_thread(self, run: Callable[[Callable[[Tx], R]], R], call: Callable[[Tx], R]) -> R:
        if self._closing.is_set():
            raise StoreFailed("the store is closed")
        if self._waiting >= JOBS_WAITING_MAX:
            raise Busy("Too much is waiting for the store.", retry_after_s=5)
        self._waiting += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, run, call)
        running.add_done_callback(self._note_done)
        return await asyncio.shield(running)

    def _note_done(self, running: asyncio.Future[R]) -> None:
        """One fewer waits; whoever gave up waiting for it does not hear how it went."""
        self._waiting -= 1
        if not running.cancelled():
            running.exception()

    def _read(self, call: Callable[[Tx], R]) -> R:
        with self._begun(IsolationLevel.REPEATABLE_READ, read_only=True) as connection:
            return call(PostgresTx(connection))

    def _write(self, call: Callable[[Tx], R]) -> R:
        """Run `call` and commit, again while it collides with others.

        One that only found a row already there runs once more, too: on SQLite it would have been
        alone and looked first. A connection lost while committing is not tried again, because
        nobody knows how that went.
        """
        was_there = False
        for tries in range(1, TRIES_MAX + 1):
            try:
                return self._write_once(call)
            except COLLIDED:
                self._closing.wait(jitter() * min(PAUSE_S_MAX, 0.005 * 2**tries))
            except AlreadyThere:
                if was_there:
                    raise
                was_there = True
        raise Busy("The store is busy.", retry_after_s=5)

    def _write_once(self, call: Callable[[Tx], R]) -> R:
        with self._begun(IsolationLevel.SERIALIZABLE, read_only=False) as connection:
            tx = PostgresTx(connection)
            if self._rehearsal:
                self._rehearsal.run(tx, call)
            result = call(tx)
            if connection.info.transaction_status == pq.TransactionStatus.INERROR:
                raise Spoilt("a statement failed, and the function went on")
            return result

    @contextmanager
    def _begun(self, level: IsolationLevel, *, read_only: bool) -> Iterator[Connection]:
        """A connection in a transaction that commits at the end, or rolls back on an exception."""
        try:
            with self._pool.connection() as connection:
                connection.isolation_level, connection.read_only = level, read_only
                yield connection
        except PoolTimeout as error:
            raise Busy("The database does not answer.", retry_after_s=10) from error
        except psycopg.Error as error:
            raise translated(error) from error


def translated(error: Exception) -> Exception:
    """What the rest of the node calls this error; the error itself where only a bug explains it."""
    if isinstance(error, COLLIDED):
        return error
    if isinstance(error, errors.UniqueViolation):
        return AlreadyThere("This is already there.")
    if isinstance(error, errors.CheckViolation | psycopg.DataError | UnicodeEncodeError):
        return Unstorable("A value is too long, or not one of those allowed.")
    if isinstance(error, errors.DiskFull):
        return Busy("The disk is full.", retry_after_s=60)
    if isinstance(error, errors.InFailedSqlTransaction):
        return Spoilt("an earlier statement of this transaction failed")
    if isinstance(error, psycopg.OperationalError):
        return Busy("The database does not answer.", retry_after_s=10)
    return error


class WholeNumbersDumper(Int8Dumper):
    """Whole numbers and truths go out as one type, so that a statement is prepared only once."""

    def dump(self, obj: Any) -> Buffer | None:
        return super().dump(int(obj))


class NumberLoader(Loader):
    """A sum of whole numbers comes back whole, as on SQLite."""

    def load(self, data: Buffer) -> int | float:
        number = Decimal(bytes(data).decode())
        return int(number) if number == number.to_integral_value() else float(number)


def configure(connection: Connection) -> None:
    connection.prepared_max = STATEMENTS_MAX
    connection.adapters.register_dumper(int, WholeNumbersDumper)
    connection.adapters.register_dumper(bool, WholeNumbersDumper)
    connection.adapters.register_loader("numeric", NumberLoader)
    connection.execute(f"set statement_timeout = {STATEMENT_MS_MAX}".encode())
    connection.commit()
