"""Keeps followings true while nobody looks: asks again, and compares records with other nodes.

All state is in the rows. A keeper that is killed has lost nothing; what was due is due still.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from federation.errors import FetchFailed, Malformed
from federation.followers_sync import PartialList, followers_digest
from node.arrivals.follower_digests import FollowerDigest, due_digests, forget_digest, look_again
from node.base.clock import Clock
from node.base.errors import Busy
from node.db.database import Database
from node.topics.members.actions import ask_again
from node.topics.members.followers_sync import Reconciled, own_digest, reconcile
from node.topics.members.move import move_followers
from node.topics.members.rules import QUIET_S, is_list_wanted, next_list_at

log = structlog.get_logger()

EVERY_S = 60.0
BATCHES_MAX = 20
AGAIN_AFTER_FAILURE_S = 3_600
NOBODY = followers_digest(())

FetchList = Callable[[str], Awaitable[PartialList]]
"""Asks an actor, in the node's name, for its list of the followers that it has here."""


class FollowKeeper:
    """The keeper of one process. `run` is owned by the app."""

    def __init__(
        self, db: Database, fetch_list: FetchList, clock: Clock, wake_sender: Callable[[], None]
    ) -> None:
        self._db, self._fetch_list, self._clock = db, fetch_list, clock
        self._wake_sender = wake_sender

    async def run(self) -> None:
        """Look once a minute until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except Busy as error:
                log.warning("follow_keeper_waits_for_store", reason=error.sentence)
            except Exception:  # the next look comes in a minute all the same
                log.exception("follow_keeper_failed")

    async def look(self) -> None:
        """Ask again where nobody has answered, move people along, and compare what was heard."""
        await self._db.write(move_followers, self._clock.now())
        asked = await self._db.write(ask_again, self._clock.now())
        if asked:
            log.info("follows_asked_again", follows=asked)
        for _ in range(BATCHES_MAX):
            due = await self._db.read(due_digests, self._clock.now())
            for heard in due:
                await self._compare_or_put_off(heard)
            if not due:
                break
        self._wake_sender()

    async def _compare_or_put_off(self, heard: FollowerDigest) -> None:
        """Compare; what a bug stops at is looked at again later, so that the others have a turn."""
        try:
            await self._compare(heard)
        except Busy:
            raise
        except Exception:
            log.exception("followers_not_compared", actor_id=heard.actor_id)
            later = self._clock.now() + AGAIN_AFTER_FAILURE_S
            await self._db.write(look_again, heard, later, heard.fetched_at)

    async def _compare(self, heard: FollowerDigest) -> None:
        """Compare what one actor says with our own record; ask for its list if they differ."""
        now = self._clock.now()
        ours, is_followed = await self._db.read(own_digest, heard.actor_id)
        if not is_followed and heard.digest == NOBODY:
            await self._db.write(forget_digest, heard.actor_id)
            return
        is_wanted = is_list_wanted(
            heard=heard.digest,
            ours=ours,
            heard_at=heard.heard_at,
            now=now,
            is_followed=is_followed,
        )
        if not is_wanted:
            await self._db.write(look_again, heard, now + QUIET_S, heard.fetched_at)
        elif (at := next_list_at(heard.fetched_at, now)) > now:
            await self._db.write(look_again, heard, at, heard.fetched_at)
        else:
            await self._fetch_and_reconcile(heard, now)

    async def _fetch_and_reconcile(self, heard: FollowerDigest, now: int) -> None:
        """Ask for the list and go by it, if it is the very list, or what was signed for."""
        try:
            listed = await self._fetch_list(heard.url)
        except (FetchFailed, Malformed) as error:
            log.info("followers_list_not_had", reason=str(error))
            await self._db.write(look_again, heard, now + AGAIN_AFTER_FAILURE_S, now)
            return
        if not listed.is_exact and followers_digest(listed.items) != heard.digest:
            await self._db.write(look_again, heard, now + QUIET_S, now)
            return
        done = await self._db.write(reconcile, heard.actor_id, listed.items, now, self._clock.now())
        if done != Reconciled():
            log.info(
                "followings_reconciled",
                ended=done.ended,
                accepted=done.accepted,
                undone=done.undone,
            )
        await self._db.write(look_again, heard, now + QUIET_S, now)
