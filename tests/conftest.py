"""What every test may ask for: a fresh migrated store, a time, and open transactions."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.db.migrate import migrate
from node.db.sqlite import SqliteTx, connect
from node.db.tx import Tx

NOW = 1_800_000_000


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    connection = connect(path, read_only=False)
    connection.execute("begin immediate")
    migrate(SqliteTx(connection), NOW)
    connection.execute("commit")
    connection.execute("pragma journal_mode = delete")
    connection.close()
    return path


@pytest.fixture
def tx(template: Path, tmp_path: Path) -> Iterator[Tx]:
    """An open transaction on a fresh migrated store."""
    path = tmp_path / "hedgerow.db"
    shutil.copy(template, path)
    connection = connect(path, read_only=False)
    connection.execute("begin immediate")
    yield SqliteTx(connection)
    connection.close()
