"""One process at a time writes to a data folder; the kernel lets go of the lock with the process.

Why: SQLite 3.7.0 to 3.51.2 can lose pages when two connections write or checkpoint.
"""

import fcntl
import os
from pathlib import Path

NAME = "hedgerow.lock"


class FolderLock:
    """The right to write to the store in a folder, held until `release` or the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @property
    def is_held(self) -> bool:
        """Whether this process still has the right."""
        return self._descriptor is not None

    def release(self) -> None:
        """Let another process write. Repeating it does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock_folder(folder: Path, name: str = NAME) -> FolderLock | None:
    """The lock of `folder`, or None while another holds it. The folder has to exist.

    Another `name` is another lock, for what is to happen once at a time and does not write.
    """
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return FolderLock(descriptor)
