"""Locking a stream into a file and opening it again, as `age` does (age-encryption.org/v1).

Nothing of the stream is ever on disk in the open. The file is made under a name of its own and
gets its real one when it is whole and on disk.
"""

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from node.base.errors import Refused
from node.db.folder import clear_away, flush_folder

PART = ".part"
NOT_OPENED = "This key does not open that backup. It was locked with another one."
NO_BACKUP = "That is no backup: {path}"
CHANGED = "The backup is damaged: it was cut off or changed. Nothing was touched."


class PartsToRead:
    """Parts of a stream as a file that is read; what goes wrong with them is kept in `error`."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._held, self._at = b"", 0
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        """The next `size` bytes at most; none at the end."""
        try:
            while self._at >= len(self._held):
                self._held, self._at = next(self._parts), 0
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        found = self._held[self._at : self._at + size]
        self._at += size
        return found


class PartsToWrite:
    """A function as a file that is written to; what goes wrong in it is kept in `error`."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self.error: BaseException | None = None

    def write(self, part: bytes) -> int:
        """Give it the next part."""
        try:
            self._take(part)
        except BaseException as error:
            self.error = error
            raise
        return len(part)

    def flush(self) -> None:
        """Nothing waits."""


def lock_away(parts: Iterable[bytes], recipient: Any, target: Path) -> int:
    """Write the parts into a new file that only its owner may read, encrypted; its bytes.

    It is there whole or not at all; what was there before stays.

    Raises:
        Refused: something is there already, or it cannot be written; and what `parts` raises.
    """
    if target.exists() or target.is_symlink():
        raise Refused(f"There is something at {target} already. Name another file.")
    try:
        descriptor, name = mkstemp(prefix=f".{target.name}.", suffix=PART, dir=target.parent)
        part = Path(name)
        try:
            with open(descriptor, "wb") as file:
                encrypt(parts, file, recipient)
                file.flush()
                os.fsync(file.fileno())
            size = part.stat().st_size
            part.rename(target)
        finally:
            clear_away(part)
        flush_folder(target.parent)
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror or error}.") from error
    return size


def encrypt(parts: Iterable[bytes], file: Any, recipient: Any) -> None:
    age = import_module("pyrage")
    source = PartsToRead(parts)
    try:
        age.encrypt_io(source, file, [recipient])
    except (age.EncryptError, OSError) as error:
        raise source.error or error from error


def open_up(path: Path, identity: Any, take: Callable[[bytes], None]) -> None:
    """Decrypt a file and give its parts to `take`, each after it was proven to be unchanged.

    Raises:
        Refused: there is no such file, the key is not its own, or it is damaged. Parts before the
            damage were given already. And whatever `take` raises.
    """
    age = import_module("pyrage")
    sink = PartsToWrite(take)
    try:
        with path.open("rb") as file:
            age.decrypt_io(file, sink, [identity])
    except FileNotFoundError as error:
        raise Refused(f"There is no file {path}.") from error
    except age.DecryptError as error:
        is_other = "matching keys" in str(error)
        raise Refused(NOT_OPENED if is_other else NO_BACKUP.format(path=path)) from error
    except OSError as error:
        if sink.error is not None:
            raise sink.error from error
        if error.errno is not None:
            raise Refused(f"{path} cannot be read: {error.strerror}.") from error
        raise Refused(CHANGED) from error
