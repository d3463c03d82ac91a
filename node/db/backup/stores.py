"""Which engine a backup reads from and is restored into. What reads each is loaded only here."""

from importlib import import_module
from pathlib import Path
from typing import Any

from node.base.errors import Refused
from node.db.backup.snapshot import Loader, Snapshot
from node.db.backup.sqlite_rows import SqliteLoader, SqliteSnapshot
from node.db.folder import database_file


def open_snapshot(url: str, folder: Path) -> Snapshot:
    """The store at `url`, or the one in `folder`, as it stands now; a node may be running on it.

    Raises:
        Refused: there is none, or it cannot be read.
    """
    if url:
        found: Snapshot = postgres().PostgresSnapshot(url)
        return found
    return SqliteSnapshot(database_file(folder))


def new_loader(url: str, path: Path) -> Loader:
    """An empty store at `url`, or a new file at `path`.

    Raises:
        Refused: there is something in it already, or it cannot be reached.
    """
    if url:
        made: Loader = postgres().PostgresLoader(url)
        return made
    return SqliteLoader(path)


def postgres() -> Any:
    try:
        return import_module("node.db.backup.postgres_rows")
    except ImportError as error:
        raise Refused("PostgreSQL needs the extra: pip install 'hedgerow[postgres]'") from error
