"""Goodbyes that nobody can check: an actor deletes itself, and its key is gone with it (T10).

Such a message counts for nothing by itself. An actor is deleted here only if its own address said
twice that nothing is there any more, with 24 hours between: a server that is being moved, or was
broken into for an hour, takes nobody away.
"""

import asyncio
from dataclasses import dataclass

import structlog

from federation.gate import Budget
from node.applying import Fetched
from node.clock import Clock
from node.db.database import Database
from node.db.tx import Tx
from node.errors import Busy
from node.inbox.fetch import Fetcher
from node.posts.activities import forget_actor

log = structlog.get_logger()

AGAIN_AFTER_S = 24 * 3_600
GIVE_UP_S = 14 * 24 * 3_600
LOOK_EVERY_S = 3_600.0
LOOKS_AT_ONCE = 50
FETCHES_FOR_A_LOOK = 2


@dataclass(frozen=True, slots=True)
class Farewell:
    """An actor whose address said at `gone_at` that nothing is there."""

    actor_id: int
    iri: str
    gone_at: int


def note_farewell(tx: Tx, actor_iri: str, now: int) -> None:
    """An actor said goodbye, and its address says that it is gone; said again, it counts once."""
    tx.run(
        """
        insert into farewell (actor_id, gone_at, look_at)
        select id, :now, :look_at from actor
        where iri = :iri and local = 0 and deleted_at is null
        on conflict (actor_id) do nothing
        """,
        iri=actor_iri,
        now=now,
        look_at=now + AGAIN_AFTER_S,
    )


def due_farewells(tx: Tx, now: int) -> list[Farewell]:
    """Those whose address is to be asked again now, the longest due first; at most 50."""
    rows = tx.all(
        """
        select f.actor_id, a.iri, f.gone_at
        from farewell f join actor a on a.id = f.actor_id
        where f.look_at <= :now
        order by f.look_at
        limit :limit
        """,
        now=now,
        limit=LOOKS_AT_ONCE,
    )
    return [Farewell(**row) for row in rows]


def settle_farewell(tx: Tx, farewell: Farewell, found: Fetched, now: int) -> None:
    """Delete whoever is gone still; keep whoever is there; ask again tomorrow, for two weeks."""
    if found == "failed" and now - farewell.gone_at < GIVE_UP_S:
        tx.run(
            "update farewell set look_at = :look_at where actor_id = :id",
            id=farewell.actor_id,
            look_at=now + AGAIN_AFTER_S,
        )
        return
    tx.run("delete from farewell where actor_id = :id", id=farewell.actor_id)
    if found == "gone":
        forget_actor(tx, farewell.iri, now)


async def look_after_farewells(db: Database, fetcher: Fetcher, clock: Clock) -> None:
    """Ask the addresses that are due."""
    for farewell in await db.read(due_farewells, clock.now()):
        found = await fetcher.fetch(farewell.iri, Budget(FETCHES_FOR_A_LOOK))
        await db.write(settle_farewell, farewell, found, clock.now())
        log.info("farewell_looked_after", actor_iri=farewell.iri, found=found)


async def keep_farewells(db: Database, fetcher: Fetcher, clock: Clock) -> None:
    """Ask once an hour until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await look_after_farewells(db, fetcher, clock)
        except Busy as error:
            log.warning("farewells_put_off", reason=error.sentence)
