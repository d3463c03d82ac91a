"""Stores for tests: one migrated template for a session, and copies of it that cost little."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from node.db.folder import DATABASE_FILE
from node.db.migrate import migrate
from node.db.sqlite_tx import SqliteTx, connect
from node.db.tx import Tx


class Stores(Protocol):
    """Where the tests of one session get their stores from."""

    def transaction(self) -> AbstractContextManager[Tx]:
        """An open transaction on a migrated store, undone at the end."""
        ...

    def new(self, folder: Path) -> str:
        """A fresh migrated store for a data folder; its `[database] url`."""
        ...

    def new_empty(self, folder: Path) -> str:
        """A store for a data folder in which nothing is; its `[database] url`."""
        ...

    def drop(self, url: str) -> None:
        """Remove what `new` made outside of the folder."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


class SqliteStores:
    """Copies of one file."""

    def __init__(self, folder: Path, now: int) -> None:
        self._template = folder / "template.db"
        connection = connect(self._template, read_only=False)
        connection.execute("begin immediate")
        migrate(SqliteTx(connection), now)
        connection.execute("commit")
        connection.execute("pragma journal_mode = delete")
        connection.close()
        self._connection = connect(
            Path(shutil.copy(self._template, folder / "tx.db")), read_only=False
        )

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        self._connection.execute("begin immediate")
        try:
            yield SqliteTx(self._connection)
        finally:
            self._connection.execute("rollback")

    def new(self, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._template, folder / DATABASE_FILE)
        return ""

    def new_empty(self, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        return ""

    def drop(self, url: str) -> None:
        pass

    def close(self) -> None:
        self._connection.close()
