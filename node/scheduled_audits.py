"""Once a night a running node has itself looked at for leaks.

Each look is `hedgerow audit leaks` in a process of its own, with a lower priority: what it costs in
memory and time is not the node's. What it finds is kept in the store and shown to those who look
after the node.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL

import structlog

from node.base.clock import Clock
from node.base.config import Config
from node.base.errors import Busy
from node.db.database import Database
from node.leak_audit.notes import last_note

log = structlog.get_logger()

LOOK_EVERY_S = 600.0
AUDIT_EVERY_S = 24 * 3_600
AUDIT_S_MAX = 1_800


async def keep_auditing(config: Config, db: Database, clock: Clock) -> None:
    """Look for leaks once a day until cancelled; the first time ten minutes after the start."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            note = await db.read(last_note)
        except Busy:
            continue
        if note is None or not note.at <= clock.now() < note.at + AUDIT_EVERY_S:
            await audit_once(config)


async def audit_once(config: Config) -> None:
    """One look, in a process of its own; ended after half an hour."""
    command = ("-m", "node", "--data", str(config.data), "audit", "leaks")
    try:
        process = await asyncio.create_subprocess_exec(
            "nice", sys.executable, *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
    except OSError as error:
        log.error("audit_not_started", reason=error.strerror)
        return
    try:
        async with asyncio.timeout(AUDIT_S_MAX):
            status = await process.wait()
    except TimeoutError:
        log.error("audit_took_too_long", limit_s=AUDIT_S_MAX)
        return
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    (log.info if status == 0 else log.error)("leaks_looked_for", status=status)
