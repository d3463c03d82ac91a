"""The data folder on disk: who may look into it, and what does not belong there."""

import stat
from pathlib import Path

from node.base.errors import Refused

OTHERS = stat.S_IRWXG | stat.S_IRWXO
DATABASE_FILE = "hedgerow.db"
NO_DATABASE = (
    "There is no database in {folder}. If it was lost, restore a backup. A new node is made with"
    " `hedgerow init`."
)


def is_private(folder: Path) -> bool:
    """Whether nobody but the owner may open the folder and what lies in it."""
    found = [folder, *folder.iterdir()]
    return not any(path.stat().st_mode & OTHERS for path in found if path.exists())


def database_file(folder: Path) -> Path:
    """The SQLite file of a data folder.

    Raises:
        Refused: there is none, or something else, or nothing in it.
    """
    path = folder / DATABASE_FILE
    if not path.is_file() or path.stat().st_size == 0:
        raise Refused(NO_DATABASE.format(folder=folder))
    return path


def clear_away(path: Path) -> None:
    """Remove a file that another run left; nothing there is fine."""
    path.unlink(missing_ok=True)
