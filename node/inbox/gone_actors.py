"""Goodbyes that nobody can check: an actor deletes itself, and its key is gone with it (T10).

Such a message counts for nothing by itself. An actor is deleted here only if its own address said
twice that nothing is there any more, with 24 hours between: a server that is being moved, or was
broken into for an hour, takes nobody away.
"""

import asyncio

import structlog

from federation.gate import Budget
from node.arrivals.apply_context import Fetched
from node.arrivals.unverified_deletes import (
    GIVE_UP_S,
    UnverifiedDelete,
    drop_unverified_delete,
    due_unverified_deletes,
    put_off_unverified_delete,
)
from node.base.clock import Clock
from node.base.errors import Busy
from node.db.database import Database
from node.db.tx import Tx
from node.inbox.fetch import Fetcher
from node.topics.publishing.activities import forget_actor

log = structlog.get_logger()

LOOK_EVERY_S = 3_600.0
FETCHES_FOR_A_LOOK = 2


def settle_unverified_delete(tx: Tx, delete: UnverifiedDelete, found: Fetched, now: int) -> None:
    """Delete whoever is gone still; keep whoever is there; ask again tomorrow, for two weeks."""
    if found in ("failed", "later") and now - delete.gone_at < GIVE_UP_S:
        put_off_unverified_delete(tx, delete, now)
        return
    drop_unverified_delete(tx, delete)
    if found in ("gone", "absent"):
        forget_actor(tx, delete.iri, now)


async def check_gone_actors(db: Database, fetcher: Fetcher, clock: Clock) -> None:
    """Ask the addresses that are due."""
    for delete in await db.read(due_unverified_deletes, clock.now()):
        found = await fetcher.fetch(delete.iri, Budget(FETCHES_FOR_A_LOOK))
        await db.write(settle_unverified_delete, delete, found, clock.now())
        log.info("gone_actor_checked", actor_iri=delete.iri, found=found)


async def keep_checking_gone_actors(db: Database, fetcher: Fetcher, clock: Clock) -> None:
    """Ask once an hour until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await check_gone_actors(db, fetcher, clock)
        except Busy as error:
            log.warning("gone_actors_put_off", reason=error.sentence)
