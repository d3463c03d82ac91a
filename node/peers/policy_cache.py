"""The policies in memory, so that a message or a request costs no reading of the store."""

import asyncio

import structlog

from node.base.config import Config
from node.base.errors import Busy
from node.db.database import Database
from node.peers.rules import Circle
from node.peers.store import circle_version, put_mode, whole_circle

log = structlog.get_logger()

LOOK_EVERY_S = 1.0


class PolicyCache:
    """A copy of the policies, read again after a change.

    `refresh` follows a commit of our own; `run` notices what another process committed, within a
    second.
    """

    def __init__(self, ours: str, *, is_closed: bool = False) -> None:
        self._ours, self._version = ours, -1
        self.circle = Circle(ours=ours, is_closed=is_closed)

    async def refresh(self, db: Database) -> None:
        """Read the policies again if they have changed."""
        if await db.read(circle_version) != self._version:
            self._version, self.circle = await db.read(whole_circle, self._ours)

    def may_ask(self, authority: str) -> bool:
        """Whether anything is fetched from that host, or sent there, now."""
        return self.circle.may_ask(authority)

    async def run(self, db: Database) -> None:
        """Keep the copy true until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.refresh(db)
            except Busy as error:
                log.warning("policies_read_later", reason=error.sentence)


async def open_policy_cache(config: Config, db: Database) -> PolicyCache:
    """The policies in memory, as they stand."""
    is_closed = config.federation.mode == "closed"
    holds = config.federation.hold_strangers
    await db.write(
        put_mode, is_closed=is_closed, holds_strangers=is_closed if holds is None else holds
    )
    book = PolicyCache(config.host, is_closed=is_closed)
    await book.refresh(db)
    return book
