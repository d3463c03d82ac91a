"""The data folder on disk: who may look into it, and what does not belong there."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from node.base.errors import Refused, why_not

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


@contextmanager
def new_file(path: Path) -> Iterator[Callable[[str], int]]:
    """Write a new file that only its owner may read, whole or not at all, by what is given: it
    takes the next piece, and says of how many bytes that is.

    Raises:
        Refused: there is something of that name already, or it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        if path.exists():
            raise Refused(f"There is something at {path} already. Name another file.")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
            yield lambda piece: file.write(piece.encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {why_not(error)}.") from error
    finally:
        part.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
