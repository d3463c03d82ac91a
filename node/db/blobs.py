"""Where the bytes of files lie: in the data folder, or in a store that speaks S3.

A name is made here and never by anybody else: hex, or hex with `-small` (T54). What is put is on
disk when `put` returns. All of this takes time: ask for it in a thread.
"""

import os
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol

from node.base.config import Config, make_folder
from node.base.errors import Busy, Refused
from node.db.folder import OWNER_ONLY, flush_folder

FOLDER = "files"
FULL = "There is no room for files just now. Ask whoever looks after this node."

MARK = "hedgerow-node.txt"
"""In a store: whose files lie there."""

NOT_OURS = "In {url} lie the files of another node. Name another prefix in [files] url."
UNREACHED = (
    "The store of files {url} cannot be reached, or not written to. See to [files] and its keys."
)


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
            for folder in (self._folder, path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
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
        try:
            for name in names:
                self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise Busy(FULL, retry_after_s=60) from error

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


def blobs_of(config: Config) -> Blobs:
    """Where the settings say that files lie; nothing is made, and nobody is asked.

    Raises:
        Refused: what speaks S3 is not installed, or there are no keys for the store.
    """
    if not config.files.url:
        return FolderBlobs(config.data / FOLDER)
    try:
        module = import_module("node.db.blobs_s3")
    except ImportError as error:
        raise Refused("A store of files needs the extra: pip install 'hedgerow[s3]'") from error
    found: Blobs = module.S3Blobs(config.files, development=config.federation.development)
    return found


def open_blobs(config: Config) -> Blobs:
    """Where files lie, made if need be, and marked as this node's: another node that took what lies
    there for its own would clear it away.

    Raises:
        Refused: no files can be kept there, or those of another node lie there.
    """
    blobs, ours = blobs_of(config), config.node.url.encode()
    if not config.files.url:
        make_folder(config.data / FOLDER)
        return blobs
    try:
        found = blobs.get(MARK)
        if found not in (None, ours):
            raise Refused(NOT_OURS.format(url=config.files.url))
        blobs.put(MARK, ours)
    except Busy as error:
        raise Refused(UNREACHED.format(url=config.files.url)) from error
    return blobs
