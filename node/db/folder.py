"""The data folder on disk: who may look into it, and what does not belong there."""

import os
import stat
from pathlib import Path

from node.base.errors import Refused

OTHERS = stat.S_IRWXG | stat.S_IRWXO
OWNER_ONLY = 0o600
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


def write_whole(path: Path, content: bytes) -> None:
    """Put a file there that only its owner may read, whole or not at all, on disk when it returns.
    What is there already is replaced."""
    part = path.with_name(f"{path.name}.part")
    clear_away(part)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
