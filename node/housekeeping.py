"""What happens by itself: things that fall due, and tidying up, which nobody waits for."""

import asyncio
from collections.abc import Callable

import structlog

from node.arrivals.fetch_tasks import forget_old_tasks
from node.arrivals.follower_digests import forget_old_digests
from node.arrivals.host_rates import forget_asked_hosts
from node.arrivals.quarantine import forget_held_arrivals, forget_quarantined
from node.arrivals.store import forget_old_arrivals
from node.arrivals.tombstones import forget_old_tombstones
from node.base.clock import Clock
from node.base.errors import Busy
from node.db.database import Database
from node.db.tx import Tx
from node.outbox.deletions import forget_old_deletions
from node.outbox.destinations import forget_destinations
from node.topics.accounts.devices import forget_old_devices
from node.topics.accounts.store import forget_ended_sessions
from node.topics.accounts.unused import forget_unused_apps, forget_unused_tokens
from node.topics.actors.garbage_collection import forget_strangers
from node.topics.actors.handles import forget_other_handles
from node.topics.actors.key_rotation import forget_retired_keys
from node.topics.admissions.actions import note_unanswered
from node.topics.blocks.store import end_mutes
from node.topics.members.copies import ask_for_purges
from node.topics.moderation.origin_bans import settle_origin_bans
from node.topics.moderation.watch import watch_over
from node.topics.neighbours.community_purge import purge_left
from node.topics.neighbours.neighbour_directory import forget_old_directories
from node.topics.neighbours.store import forget_old_introductions
from node.topics.organising.narrowing import finish_narrowing
from node.topics.polls.actions import end_polls, send_results
from node.topics.portability.deletion import forget_departed
from node.topics.portability.ended_communities import end_closed_communities
from node.topics.portability.leave_community import settle_exits
from node.topics.portability.take_out import forget_leaves
from node.topics.posts.idempotency import forget_old_keys
from node.topics.posts.words import index_due
from node.topics.publishing.activities import forget_words_of_gone
from node.topics.publishing.held_decisions import sweep_held
from node.topics.publishing.refusals import forget_refusals
from node.topics.search.actor_words import index_due_actors

log = structlog.get_logger()

EVERY_S = 3_600.0
PUNCTUAL_EVERY_S = 20.0
PASSES_MAX = 100
INDEX_LOOK_S = 5.0
INDEX_AGAIN_S = 0.05
TIDYING = (
    forget_quarantined,
    forget_held_arrivals,
    forget_old_arrivals,
    forget_old_tombstones,
    forget_old_digests,
    forget_old_tasks,
    forget_asked_hosts,
    forget_old_keys,
    forget_old_deletions,
    forget_ended_sessions,
    forget_leaves,
    forget_old_devices,
    forget_unused_tokens,
    forget_unused_apps,
    forget_old_introductions,
    forget_old_directories,
    forget_words_of_gone,
    sweep_held,
    watch_over,
    settle_origin_bans,
    forget_retired_keys,
    forget_other_handles,
    forget_strangers,
    forget_destinations,
    forget_refusals,
)
"""Each takes the transaction and the time, tidies a part, and says of how many rows: 0 ends it."""

PUNCTUAL = (
    send_results,
    end_polls,
    end_mutes,
    note_unanswered,
    forget_departed,
    finish_narrowing,
    end_closed_communities,
    settle_exits,
    ask_for_purges,
    purge_left,
)
"""Each takes the transaction and the time, does what is due, and says of how many things."""

INDEXING = (index_due, index_due_actors)
"""Each takes the transaction and the time, indexes some of what waits, and says of how many."""


async def keep_time(db: Database, clock: Clock, wake_sender: Callable[[], None]) -> None:
    """Do what is due by itself, three times a minute until cancelled."""
    while True:
        await asyncio.sleep(PUNCTUAL_EVERY_S)
        for do_due in PUNCTUAL:
            try:
                done = await db.write(do_due, clock.now())
            except Busy as error:
                log.warning("due_put_off", reason=error.sentence)
                continue
            if done:
                wake_sender()


async def keep_index(db: Database, clock: Clock) -> None:
    """Put into the indexes of words what waits for it, a little at a time, until cancelled."""
    while True:
        done = 0
        for index in INDEXING:
            try:
                done += await db.write(index, clock.now())
            except Busy as error:
                log.warning("indexing_put_off", reason=error.sentence)
        await asyncio.sleep(INDEX_AGAIN_S if done else INDEX_LOOK_S)


async def keep_house(db: Database, clock: Clock) -> None:
    """Tidy up once an hour until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        for tidy in TIDYING:
            rows = await tidy_up(db, clock, tidy)
            if rows:
                log.info("rows_tidied", kind=tidy.__name__, rows=rows)


async def tidy_up(db: Database, clock: Clock, tidy: Callable[[Tx, int], int]) -> int:
    """Tidy up part by part, at most a hundred, with everybody else in between; how many rows."""
    rows = 0
    for _ in range(PASSES_MAX):
        try:
            part = await db.write(tidy, clock.now())
        except Busy as error:
            log.warning("tidying_put_off", reason=error.sentence)
            break
        rows += part
        if not part:
            break
    return rows
