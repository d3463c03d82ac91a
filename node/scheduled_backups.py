"""Backups that a running node makes by itself, where the settings name a folder for them, and the
list beside them of what went since.

Each backup is `hedgerow backup make` in a process of its own, with a lower priority: what it costs
in memory and time is not the node's, and one that goes wrong takes nothing with it.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from pathlib import Path

import structlog

from node.base.clock import Clock
from node.base.config import BackupSettings, Config
from node.base.errors import Busy
from node.db.backup.gone import (
    OVERLAP_S,
    TAIL_BYTES,
    Gone,
    append_gone,
    gone_file,
    mark_of,
    read_gone,
)
from node.db.backup.notes import BackupNote, note_failed, read_note
from node.db.database import Database
from node.topics.portability.store import Departure, gone_actors, gone_posts, gone_tokens

log = structlog.get_logger()

LOOK_EVERY_S = 60.0
DEVELOPMENT_LOOK_EVERY_S = 1.0
HOUR_S = 3_600
RETRY_S = 900
BACKUP_S_MAX = 6 * HOUR_S
LINE_BYTES_MAX = 2_000
GONE: tuple[Callable[..., list[Departure]], ...] = (gone_posts, gone_actors, gone_tokens)
ENDED_WITHOUT_A_WORD = "The backup was ended without a word. Is there enough memory?"
TOO_LONG = "The backup took more than six hours."


async def keep_backups(config: Config, db: Database, clock: Clock) -> None:
    """Make a backup when one is due, and again soon where it failed, until cancelled."""
    if not config.backup.to:
        return
    is_development = config.federation.development
    while True:
        await asyncio.sleep(DEVELOPMENT_LOOK_EVERY_S if is_development else LOOK_EVERY_S)
        if is_due(read_note(config.data), config.backup, clock.now()):
            await make_one(config, clock)
        try:
            await note_gone(db, gone_file(Path(config.backup.to), config.host))
        except (OSError, Busy) as error:
            log.warning("gone_not_noted", reason=type(error).__name__)


async def note_gone(db: Database, path: Path) -> None:
    """Add to the list beside the backups what went since it was last added to."""
    held = await asyncio.to_thread(read_gone, path, 0, TAIL_BYTES)
    since = max((one.at for one in held), default=0) - OVERLAP_S
    known = set(held)
    for read in GONE:
        page = await db.read(read, since)
        while page:
            new = [Gone(one.at, one.kind, mark_of(one.text)) for one in page]
            if fresh := [one for one in new if one not in known]:
                await asyncio.to_thread(append_gone, path, fresh)
            page = await db.read(read, page[-1].at, page[-1].key)


def is_due(note: BackupNote, settings: BackupSettings, now: int) -> bool:
    """Whether a backup is to be made now.

    One that was made elsewhere by hand does not count, and a clock that was set back puts none off.
    """
    if note.is_failing:
        return not note.failed_at <= now < note.failed_at + RETRY_S
    every_s = settings.every_hours * HOUR_S
    is_here = Path(note.path).parent == Path(settings.to)
    return not (is_here and note.made_at <= now < note.made_at + every_s)


async def make_one(config: Config, clock: Clock) -> None:
    """Make a backup in a process of its own; a failure is noted, logged, and tried again."""
    command = ("-m", "node", "--data", str(config.data), "backup", "make", "--to", config.backup.to)
    began = clock.monotonic()
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
        )
        reason = await outcome_of(process)
    except OSError as error:
        reason = f"The backup could not be started: {error.strerror}."
    if reason:
        note_failed(config.data, reason, clock.now())
        log.error("backup_failed", reason=reason, next_try_s=RETRY_S)
        return
    size = read_note(config.data).size
    log.info("backup_made", size=size, took_s=round(clock.monotonic() - began))


async def outcome_of(process: Process) -> str:
    """Why it failed, in its own last sentence; empty if it did not."""
    try:
        async with asyncio.timeout(BACKUP_S_MAX):
            _, said = await process.communicate()
    except TimeoutError:
        return TOO_LONG
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return ""
    lines = said[-LINE_BYTES_MAX:].decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ENDED_WITHOUT_A_WORD
