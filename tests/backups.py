"""A node that is backed up, and places to restore it into."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node.base.config import Config, read_config, render_config, write_config
from node.db.backup.make import make_backup
from node.db.backup.recovery_key import identity_of, new_recovery_key
from node.db.backup.restore import restore_backup
from node.db.backup.stores import open_snapshot
from node.db.open import open_database
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, ORIGIN, add_group, add_neighbour, add_node, add_person, note
from tests.stores import Stores

CANARY = "what rose said to nobody else"
ODD = '\u2028 \U0001f98a "quoted" \\ \r\n \' {} \x07 end'


@dataclass
class Place:
    """A node in a folder, and the key of its backups."""

    config: Config
    words: str
    stores: Stores
    urls: list[str]

    @property
    def identity(self) -> Any:
        return identity_of(self.words)

    def backup(self, target: Path, now: int = NOW) -> Path:
        """Make a backup."""
        make_backup(self.config, target, now, quiet)
        return target

    def restore(self, path: Path, folder: Path, now: int = NOW, **how: Any) -> Config:
        """Restore a backup into a folder, and an empty store of this engine; its settings."""
        if self.config.database.url:
            self.urls.append(self.stores.new_empty(self.config.data.parent / "stores"))
            how = {"database": self.urls[-1], **how}
        restore_backup(path, self.identity, folder, now, quiet, **how)
        return read_config(folder, {})


def quiet(_table: str, _rows: int) -> None:
    pass


def fill(tx: Any) -> None:
    """People, a community, neighbours, and posts with odd words."""
    from_there = add_neighbour(tx, "rose")
    add_node(tx)
    ann = add_person(tx, "ann")
    add_group(tx, "walkers", ann)
    tx.run("update actor set summary = :odd where id = :id", odd=ODD, id=ann.id)

    for text in (CANARY, ODD, *(f"Number {number}" for number in range(40))):
        store_fetched_post(tx, note(from_there, text), NOW)


def every_row(config: Config) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a store, by table."""
    snapshot = open_snapshot(config.database.url, config.data)
    try:
        return {
            table: sorted(snapshot.rows(table, snapshot.columns(table)), key=repr)
            for table in snapshot.tables()
        }
    finally:
        snapshot.close()


@pytest.fixture
async def place(stores, tmp_path):
    """A filled node on which nothing runs."""
    folder = tmp_path / "data"
    urls = [stores.new(folder)]
    folder.chmod(0o700)
    write_config(folder, render_config(ORIGIN, "Group", False, urls[0]))
    db = await open_database(urls[0], folder, NOW)
    await db.write(fill)
    await db.close()
    words, _ = new_recovery_key(folder, replaces=False)
    yield Place(read_config(folder, {}), words, stores, urls)
    for url in urls:
        stores.drop(url)
