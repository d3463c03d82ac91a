"""Packing a SQLite file anew: what was deleted leaves the file, and gives its room back."""

import sqlite3
from importlib import import_module
from pathlib import Path

from node.base.errors import Refused
from node.db.inspection import FILE_NAME
from node.db.lock import lock_folder


def optimize(url: str, folder: Path) -> tuple[int, int]:
    """Pack the store in `folder`, indexes of words too; its bytes before and after.

    It takes about as much room again while it runs; stopped half-way, the store is as it was.

    Raises:
        Refused: a node is running there, there is no store, the disk is full, or the store is
            PostgreSQL, which packs itself.
    """
    if url:
        raise Refused("PostgreSQL tidies up by itself (autovacuum); there is nothing to do here.")
    path = folder / FILE_NAME
    if not path.is_file():
        raise Refused(f"There is no database in {folder}. Make the node with `hedgerow init`.")
    lock = lock_folder(folder)
    if lock is None:
        raise Refused("The node is running on this database. Stop it first, then try again.")
    try:
        before = path.stat().st_size
        pack(path)
        return before, path.stat().st_size
    except sqlite3.Error as error:
        raise Refused(f"The database could not be packed: {error}.") from error
    finally:
        lock.release()


def pack(path: Path) -> None:
    store = import_module("sqlite_utils").Database(path, execute_plugins=False)
    try:
        for table in store.tables:
            if table.detect_fts():
                table.optimize()
        store.vacuum()
        store.execute("pragma wal_checkpoint(truncate)").fetchall()
    finally:
        store.close()
