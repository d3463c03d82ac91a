"""Whether the store and its folder take what is written now; a full disk reads as well as ever."""

import os
from pathlib import Path

from node.db.tx import Tx

TRIED_BYTES = 262_144
FILE_NAME = "try-write"


def try_write(tx: Tx, now: int) -> None:
    """Write a row, in place of the one written at the last try."""
    tx.run(
        """
        insert into setting (name, value) values ('tried_at', :now)
        on conflict (name) do update set value = excluded.value
        """,
        now=str(now),
    )


def unwritable(folder: Path) -> str | None:
    """Why the data folder takes no file of 256 KiB, in a word or two; None where it does.

    The store alone does not tell: it writes over its own log while that has room.
    """
    path = folder / FILE_NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            written = os.write(descriptor, bytes(TRIED_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            path.unlink(missing_ok=True)
    except OSError as error:
        return (error.strerror or type(error).__name__).lower()
    return None if written == TRIED_BYTES else "no space left"
