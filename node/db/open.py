"""Opens the store that the settings name, and brings it to the schema of this version."""

import os
import sqlite3
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import structlog

from node.base.config import make_folder
from node.base.errors import Busy, Refused, why_not
from node.base.log import standard_error
from node.db.database import Database
from node.db.folder import DATABASE_FILE
from node.db.lock import lock_folder
from node.db.rehearsal import Rehearsal
from node.db.sqlite import SqliteDatabase
from node.db.upgrade import bring_up

log = structlog.get_logger()

OLDEST_SQLITE = (3, 37, 0)
SAFE_SQLITE = (3, 51, 3)
EXIT_STORE_FAILED = 74
POSTGRES_SCHEMES = ("postgresql://", "postgres://")


def end_process(error: BaseException) -> None:
    """Stop at once, without flushing or closing anything: what is on disk is all that counts."""
    log.error("store_failed", error=str(error), kind=type(error).__name__)
    standard_error().drain()
    os._exit(EXIT_STORE_FAILED)


async def open_database(
    url: str,
    folder: Path,
    now: int,
    *,
    read_only: bool = False,
    on_fatal: Callable[[BaseException], None] = end_process,
    rehearsal: Rehearsal | None = None,
) -> Database:
    """The store at `url`, migrated; an empty `url` is SQLite in `folder`, which is made if need be.

    `read_only` opens SQLite beside a process that is writing to it, and migrates nothing then.

    Raises:
        Refused: another process writes there, the library is too old, or the data too new.
    """
    if url.startswith(POSTGRES_SCHEMES):
        db = open_postgres(url, rehearsal)
    elif url:
        raise Refused("[database] url has to be empty (SQLite) or begin with postgresql://")
    else:
        db, may_write = open_sqlite(folder, read_only, on_fatal, rehearsal)
        if not may_write:
            return db
    try:
        await bring_up(db, folder, now)
    except Busy as error:
        await db.close()
        raise Refused(error.sentence) from error
    except BaseException:
        await db.close()
        raise
    return db


def open_sqlite(
    folder: Path,
    read_only: bool,
    on_fatal: Callable[[BaseException], None],
    rehearsal: Rehearsal | None,
) -> tuple[Database, bool]:
    """The store in `folder`, and whether we may write to it."""
    make_folder(folder)
    path = folder / DATABASE_FILE
    try:
        lock = lock_folder(folder)
    except OSError as error:
        raise Refused(f"Nothing can be written in {folder}: {why_not(error)}.") from error
    if lock is None and not read_only:
        raise Refused("Another Hedgerow process is using this data folder. Stop it first.")
    check_sqlite(sqlite3.sqlite_version_info, is_only_writer=lock is not None or read_only)
    try:
        path.touch(mode=0o600)
        db = SqliteDatabase(path, lock, on_fatal=on_fatal, rehearsal=rehearsal)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {why_not(error)}.") from error
    except sqlite3.Error as error:
        raise Refused(f"The database file cannot be opened: {error}.") from error
    return db, lock is not None


def check_sqlite(version: tuple[int, ...], *, is_only_writer: bool) -> None:
    """Raise Refused unless this SQLite holds our data safely.

    Source: the WAL-reset bug of SQLite 3.7.0 to 3.51.2, which needs two connections that write.
    """
    if version < OLDEST_SQLITE:
        raise Refused("SQLite 3.37 or newer is needed.")
    if version < SAFE_SQLITE and not is_only_writer:
        raise Refused("This SQLite can lose data when two processes write; 3.51.3 cannot.")


def open_postgres(url: str, rehearsal: Rehearsal | None) -> Database:
    """The store in a PostgreSQL database. Its driver is an extra, so it is loaded only here."""
    try:
        module = import_module("node.db.postgres")
    except ImportError as error:
        raise Refused("PostgreSQL needs the extra: pip install 'hedgerow[postgres]'") from error
    db: Database = module.PostgresDatabase(url, rehearsal=rehearsal)
    return db
