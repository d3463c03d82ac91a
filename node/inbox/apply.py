"""Applies what arrived: in order where it is about the same, many messages to a transaction.

One that lacks something is tried again after the shell has fetched it; one that fails five times
is set aside, and those behind it go on.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from federation.documents import Activity
from federation.domains import domain_of
from federation.errors import Malformed, Overloaded
from federation.gate import Budget
from federation.jsonld import Plain, only_plain
from federation.limits import FETCHES_MAX, WORK_BYTES_MAX
from federation.origin import authority_of
from node.arrivals.apply_context import Fetched
from node.arrivals.host_rates import is_related
from node.arrivals.quarantine import quarantine
from node.arrivals.store import (
    Arrival,
    count_fetches,
    put_off_arrival,
    waiting_arrivals,
    waiting_count,
)
from node.base.clock import Clock
from node.base.errors import Busy
from node.base.metrics import Metrics
from node.db.database import Database
from node.db.errors import StoreFailed
from node.inbox.batch import Batch, Handler, apply_batch, read_body
from node.inbox.fetch import Fetcher
from node.inbox.lanes import LANES_MAX, LANES_RESERVED, Lanes

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
ROUNDS_MAX = 8
TRIES_MAX, TRIES_LATER_MAX = 5, 9
RETRY_S = (2, 30, 300, 3_600)
RETRY_LATER_S = (2, 8, 60, 300, 1_800, 3 * 3_600, 12 * 3_600, 24 * 3_600)
"""How long is waited for what could not be had for the time being: a server is down for a night."""


class Applier:
    """Applies what arrives in one process. `run` is owned by the app; `wake` follows a commit.

    What can be applied at once is, many messages to a transaction. One that lacks something gets a
    lane, in which it is fetched for; meanwhile what is about the same waits, and the rest goes on.
    """

    def __init__(
        self,
        db: Database,
        fetcher: Fetcher,
        clock: Clock,
        metrics: Metrics,
        handlers: Mapping[type[Activity], Handler],
        *,
        wake_sender: Callable[[], None],
        waiting_max: int,
        plain: Plain = only_plain,
    ) -> None:
        self._db, self._fetcher, self._clock = db, fetcher, clock
        self._metrics, self._handlers, self._wake_sender = metrics, handlers, wake_sender
        self._waiting_max, self._plain = waiting_max, plain
        self._woken = asyncio.Event()
        self._lanes = Lanes()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._served: set[str] = set()
        self._counted_at = -LOOK_EVERY_S
        self.backlog = 0

    def wake(self) -> None:
        """One more message has arrived."""
        self.backlog += 1
        self._woken.set()

    async def run(self) -> None:
        """Apply until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            while True:
                self._woken.clear()
                try:
                    await self._count()
                    while await self._apply_waiting(lanes):
                        await self._count()
                except Busy as error:
                    log.warning("applier_waits_for_store", reason=error.sentence)
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self._woken.wait()

    async def _count(self) -> None:
        """Count what waits, once a second; between that, what arrives is added."""
        if self._clock.monotonic() - self._counted_at < LOOK_EVERY_S:
            return
        self._counted_at = self._clock.monotonic()
        self.backlog = await self._db.read(waiting_count, self._waiting_max + 1)
        self._metrics.arrivals_waiting.set(self.backlog)

    async def _apply_waiting(self, lanes: asyncio.TaskGroup) -> bool:
        """Apply what waits, is due and not held up; False where there was nothing.

        Where an origin has its share of the lanes, what it lacks something for waits; where all are
        taken, the origin does, and nobody else. Origins have their turns: who had one waits until
        all others that wait have had theirs.
        """
        now, held = self._clock.now(), self._lanes
        held.look_again()
        origins, ids = held.origins_held(), held.messages_held()
        subjects = held.subjects_held()  # as it is with these ids: a lane may end meanwhile
        arrivals = await self._db.read(waiting_arrivals, now, [*origins, *self._served], ids)
        if not arrivals and self._served:
            self._served.clear()
            arrivals = await self._db.read(waiting_arrivals, now, origins, ids)
        if not arrivals:
            return False
        self._served.update(arrival.origin for arrival in arrivals)
        batch = await self._db.write(apply_batch, arrivals, self._handlers, {}, now, None, subjects)
        await self._report(batch)
        held.behind |= {one: batch.held[one] for one in batch.behind}
        for arrival, iris in batch.lacking.values():
            if not held.has_share(arrival.origin):
                held.behind[arrival.id] = batch.held[arrival.id]
            elif await self._may_have_lane(arrival.origin):
                held.running[arrival.id] = batch.held[arrival.id]
                self._tasks[arrival.id] = lanes.create_task(self._run_lane(arrival, iris))
            else:
                held.late[arrival.origin] = None
        return True

    async def _may_have_lane(self, origin: str) -> bool:
        """Whether a lane is free for an origin; some are for those that are known here (T143)."""
        if len(self._lanes.running) < LANES_MAX and self._lanes.is_within_share(origin):
            return True
        if len(self._lanes.running) >= LANES_MAX + LANES_RESERVED:
            return False
        return await self._db.read(is_related, authority_of(origin))

    async def _run_lane(self, arrival: Arrival, iris: tuple[str, ...]) -> None:
        """Fetch for a message until it can be applied, or cannot be for now."""
        try:
            await self._complete(arrival, iris)
        except Busy as error:
            log.warning("applier_waits_for_store", reason=error.sentence)
        except Exception as error:
            log.exception("lane_failed", origin=arrival.origin)
            with suppress(Busy, StoreFailed):
                await self._put_off(arrival, f"bug: {type(error).__name__}")
        finally:
            self._lanes.end(arrival.id)
            del self._tasks[arrival.id]
            self._woken.set()

    async def _complete(self, arrival: Arrival, iris: tuple[str, ...]) -> None:
        fetched: dict[str, Fetched] = {}
        budget = Budget(FETCHES_MAX - arrival.fetches, WORK_BYTES_MAX - arrival.fetched_bytes)
        try:
            whose = domain_of(authority_of(arrival.origin))
            translated = {arrival.id: await self._plain(read_body(arrival.body), whose)}
        except (Malformed, Overloaded):
            await self._put_off(arrival, "it cannot be translated")
            return
        for _ in range(ROUNDS_MAX):
            if iris and all(iri in fetched for iri in iris):
                is_passing = any(fetched[iri] == "later" for iri in iris)
                await self._put_off(
                    arrival, "what it needs cannot be fetched", is_passing=is_passing
                )
                return
            await self._fetch(arrival, iris, fetched, budget)
            batch = await self._db.write(
                apply_batch, [arrival], self._handlers, fetched, self._clock.now(), translated
            )
            await self._report(batch)
            if arrival.id not in batch.lacking:
                return
            _, iris = batch.lacking[arrival.id]
        await self._put_off(arrival, "it needs too much")

    async def _fetch(
        self, arrival: Arrival, iris: Sequence[str], fetched: dict[str, Fetched], budget: Budget
    ) -> None:
        """Fetch what a message lacks, within the budget of the message in all its tries (T45).

        Each fetch is counted before it is made: whoever is killed over it has not won another.
        """
        for iri in iris:
            if iri in fetched:
                continue
            await self._db.write(count_fetches, arrival, 1, 0)
            fetches, left = budget.fetches, budget.body_bytes
            fetched[iri] = await self._fetcher.fetch(iri, budget)
            spent = fetches - budget.fetches - 1
            await self._db.write(count_fetches, arrival, spent, left - budget.body_bytes)

    async def _put_off(self, arrival: Arrival, reason: str, *, is_passing: bool = False) -> None:
        """Try a message again later, or set it aside after the fifth failure (T116); after the
        ninth, in two days, where what it needs could not be had for the time being.
        """
        now = self._clock.now()
        tries_max = TRIES_LATER_MAX if is_passing else TRIES_MAX
        waits = RETRY_LATER_S if is_passing else RETRY_S
        if arrival.tries + 1 >= tries_max:
            await self._db.write(quarantine, arrival, reason, now)
            log.warning("activity_quarantined", activity_iri=arrival.activity_iri, reason=reason)
            self._metrics.applied.labels(arrival.kind, "quarantined").inc()
            return
        next_try_at = now + waits[arrival.tries]
        await self._db.write(put_off_arrival, arrival, reason, next_try_at)

    async def _report(self, batch: Batch) -> None:
        """Say what became of messages; those that a bug stopped at are tried again."""
        if batch.done:
            self._wake_sender()
        for arrival in batch.done:
            self._metrics.applied.labels(arrival.kind, "done").inc()
            log.debug("activity_applied", **facts_of(arrival))
        for arrival, reason in batch.dropped:
            self._metrics.applied.labels(arrival.kind, "dropped").inc()
            log.info("activity_dropped", **facts_of(arrival), reason=reason)
        for arrival, error in batch.failing:
            log.error("activity_failed", **facts_of(arrival), exc_info=error)
            await self._put_off(arrival, f"bug: {type(error).__name__}")


def facts_of(arrival: Arrival) -> dict[str, str]:
    """What a log line says of a message."""
    return {
        "activity_type": arrival.kind,
        "activity_iri": arrival.activity_iri,
        "origin": arrival.origin,
    }
