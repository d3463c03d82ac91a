"""Where the bytes of files lie: in the data folder, or in a store that speaks S3.

A name is made here and never by anybody else: hex, or hex with `-small` (T54). What is put is on
disk when `put` returns. All of this takes time: ask for it in a thread.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from node.base.config import make_folder
from node.base.errors import Busy, Refused
from node.db.folder import OWNER_ONLY, flush_folder

FOLDER = "files"
FULL = "There is no room for files just now. Ask whoever looks after this node."


class Blobs(Protocol):
    """Bytes by name."""

    def put(self, name: str, body: bytes) -> None:
        """Keep bytes under a name; what was there is replaced. Raises Busy where there is no room
        or the store does not answer."""
        ...

    def get(self, name: str) -> bytes | None:
        """The bytes of that name; None where there are none. Raises Busy likewise."""
        ...

    def delete(self, names: Iterable[str]) -> None:
        """Remove what has these names; what is not there is fine. Raises Busy likewise."""
        ...

    def names(self) -> Iterator[str]:
        """All names, in no order. Raises Busy likewise."""
        ...


class FolderBlobs:
    """Files in a folder, 256 folders deep, that only their owner may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, body: bytes) -> None:
        """Keep bytes; they are on disk when this returns."""
        path = self._path(name)
        part = path.with_name(f"{name}.part")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb"
            ) as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            flush_folder(path.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise Busy(FULL, retry_after_s=60) from error

    def get(self, name: str) -> bytes | None:
        """The bytes of that name."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Busy(FULL, retry_after_s=60) from error

    def delete(self, names: Iterable[str]) -> None:
        """Remove what has these names."""
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """All names, those of writing that was cut off as well."""
        if self._folder.is_dir():
            for path in self._folder.glob("*/*"):
                yield path.name

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


class MemoryBlobs:
    """Bytes in memory, for a node that is made up."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def put(self, name: str, body: bytes) -> None:
        """Keep bytes under a name."""
        self._bodies[name] = body

    def get(self, name: str) -> bytes | None:
        """The bytes of that name."""
        return self._bodies.get(name)

    def delete(self, names: Iterable[str]) -> None:
        """Remove what has these names."""
        for name in names:
            self._bodies.pop(name, None)

    def names(self) -> Iterator[str]:
        """All names."""
        yield from list(self._bodies)


def open_blobs(url: str, folder: Path) -> Blobs:
    """Where the settings say that files lie; an empty `url` is the data folder.

    Raises:
        Refused: no files can be kept there.
    """
    if url:
        raise Refused("[files] url has to be empty (the data folder).")
    make_folder(folder / FOLDER)
    return FolderBlobs(folder / FOLDER)
