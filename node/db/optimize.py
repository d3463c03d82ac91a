"""Packing a SQLite file anew: what was deleted leaves the file, and gives its room back."""

import sqlite3
from importlib import import_module
from pathlib import Path
from typing import Any

from node.base.errors import Refused
from node.db.folder import database_file
from node.db.lock import lock_folder

ROOM = "There has to be twice as much room as it takes, here and where temporary files go."


def optimize(url: str, folder: Path) -> tuple[int, int]:
    """Pack the store in `folder`, indexes of words too; its bytes before and after.

    It takes about twice as much room again while it runs; stopped half-way, the store is as it was.

    Raises:
        Refused: something is using the store, there is none, it is damaged, the disk is full, or
            it is PostgreSQL, which packs itself.
    """
    if url:
        raise Refused("PostgreSQL tidies up by itself (autovacuum); there is nothing to do here.")
    path = database_file(folder)
    lock = lock_folder(folder)
    if lock is None:
        raise Refused("The node, or another command, is using this database. Stop it first.")
    try:
        before = path.stat().st_size
        pack(path)
        return before, path.stat().st_size
    except sqlite3.Error as error:
        raise Refused(f"The database could not be packed: {error}. {ROOM}") from error
    finally:
        lock.release()


def pack(path: Path) -> None:
    store = import_module("sqlite_utils").Database(path, execute_plugins=False)
    try:
        check_whole(store)
        for table in store.tables:
            if table.detect_fts():
                table.optimize()
        store.vacuum()
        store.execute("pragma wal_checkpoint(truncate)").fetchall()
    finally:
        store.close()


def check_whole(store: Any) -> None:
    """Raise Refused for a store that is damaged: packing would say that the disk is full."""
    try:
        found = [row[0] for row in store.execute("pragma quick_check(1)").fetchall()]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise Refused(f"The database is damaged: {found[0]}. Restore a backup.")
