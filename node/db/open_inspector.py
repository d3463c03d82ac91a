"""Opens a store to look into it, on either engine."""

from importlib import import_module
from pathlib import Path

from node.base.errors import Refused
from node.db.folder import database_file
from node.db.inspection import Inspector


def open_inspector(url: str, folder: Path) -> Inspector:
    """Look into the store at `url`, or into the one in `folder`; a node may be running on it.

    What reads each engine is loaded only here: no node needs it to run.

    Raises:
        Refused: there is no store, or it cannot be opened.
    """
    if url:
        try:
            found: Inspector = import_module("node.db.inspect_postgres").open_inspector(url)
        except ImportError as error:
            raise Refused("PostgreSQL needs the extra: pip install 'hedgerow[postgres]'") from error
        return found
    inspector: Inspector = import_module("node.db.inspect_sqlite").open_inspector(
        database_file(folder)
    )
    return inspector
