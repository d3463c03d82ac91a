"""Asks the addresses of posts again that said once that they were deleted (T146)."""

import asyncio

import structlog

from federation.gate import Budget
from node.base.clock import Clock
from node.base.errors import Busy
from node.db.database import Database
from node.inbox.fetch import Fetcher
from node.topics.posts.unverified_deletes import due_post_deletes
from node.topics.publishing.gone_posts import settle_post_delete

log = structlog.get_logger()

LOOK_EVERY_S = 600.0
FETCHES_FOR_A_LOOK = 3


async def check_gone_posts(db: Database, fetcher: Fetcher, clock: Clock) -> None:
    """Ask the addresses that are due."""
    for delete in await db.read(due_post_deletes, clock.now()):
        found = await fetcher.fetch(delete.iri, Budget(FETCHES_FOR_A_LOOK))
        await db.write(settle_post_delete, delete, found, clock.now())
        log.info("gone_post_checked", object_iri=delete.iri, found=found)


async def keep_checking_gone_posts(db: Database, fetcher: Fetcher, clock: Clock) -> None:
    """Ask six times an hour until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await check_gone_posts(db, fetcher, clock)
        except Busy as error:
            log.warning("gone_posts_put_off", reason=error.sentence)
