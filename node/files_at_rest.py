"""Keeps what lies in the store of files the same as what the rows say.

What is forgotten goes within a minute, what was written and never noted goes after a day.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from node.base.clock import Clock
from node.base.errors import Busy
from node.db.blob_names import SMALL, names_of
from node.db.blobs import Blobs
from node.db.database import Database
from node.db.tx import Tx
from node.topics.files.garbage_collection import (
    drop_unused_files,
    keys_not_kept,
    keys_to_clear,
    note_cleared,
)
from node.topics.remote_pictures.store import is_key_of_copy

log = structlog.get_logger()

EVERY_S = 20.0
STRAYS_EVERY = 4_320
"""Looked for once a day, and not before what is being sent was noted."""

LOOKED_UP_AT_ONCE = 500


async def keep_files(db: Database, blobs: Blobs, clock: Clock) -> None:
    """Clear away three times a minute until cancelled."""
    strays: set[str] = set()
    for turn in _forever():
        await asyncio.sleep(EVERY_S)
        try:
            await clear_away(db, blobs, clock)
            if turn % STRAYS_EVERY == 0:
                strays = await clear_strays(db, blobs, strays)
        except Busy as error:
            log.warning("clearing_of_files_put_off", reason=error.sentence)


def _forever() -> Iterable[int]:
    turn = 0
    while True:
        turn += 1
        yield turn


async def clear_away(db: Database, blobs: Blobs, clock: Clock) -> int:
    """Forget the files that are used for nothing, and remove the bytes of those forgotten; of how
    many."""
    while await db.write(drop_unused_files, clock.now()):
        pass
    cleared = 0
    while keys := await db.read(keys_to_clear):
        await asyncio.to_thread(blobs.delete, [name for key in keys for name in names_of(key)])
        await db.write(note_cleared, keys)
        cleared += len(keys)
    if cleared:
        log.info("files_cleared", files=cleared)
    return cleared


def keys_of_nothing(tx: Tx, keys: Sequence[str]) -> list[str]:
    """Which of these keys neither a file nor a copy has."""
    return [key for key in keys_not_kept(tx, keys) if not is_key_of_copy(tx, key)]


async def clear_strays(db: Database, blobs: Blobs, before: set[str]) -> set[str]:
    """Remove bytes of no file that were of none a day `before` as well; those that are of none now.

    They were written by a process that ended before it had noted them.
    """
    names = await asyncio.to_thread(lambda: sorted(blobs.names()))
    found: set[str] = set()
    for start in range(0, len(names), LOOKED_UP_AT_ONCE):
        part = names[start : start + LOOKED_UP_AT_ONCE]
        keys = {name: name.partition(SMALL)[0].partition(".")[0] for name in part}
        unknown = set(await db.read(keys_of_nothing, sorted(set(keys.values()))))
        found.update(name for name, key in keys.items() if key in unknown)
    gone = sorted(found & before)
    await asyncio.to_thread(blobs.delete, gone)
    return found - set(gone)
