"""Applies what arrived: in order for each origin, origins side by side.

A message is applied inside one transaction with being settled. One that lacks something is tried
again after the shell has fetched it; one that fails five times is set aside, and those behind it
go on.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from federation.documents import Activity, read_activity
from federation.errors import Malformed
from federation.gate import Budget
from federation.limits import FETCHES_MAX
from federation.origin import trusted_parts
from node.applying import Applying, Fetched
from node.clock import Clock
from node.db.database import Database
from node.db.errors import StoreFailed
from node.db.tx import Tx
from node.errors import Busy, Missing, Problem
from node.inbox.arrivals import (
    Arrival,
    count_fetches,
    put_off_arrival,
    settle_arrivals,
    waiting_arrivals,
    waiting_count,
    waiting_origins,
)
from node.inbox.fetch import Fetcher
from node.metrics import Metrics

log = structlog.get_logger()

LANES_MAX = 64
LOOK_EVERY_S = 1.0
TRIES_MAX = 5
ROUNDS_MAX = 8
RETRY_S = (2, 30, 300, 3_600)
Handler = Callable[[Tx, Any, Applying], None]
read_body = msgspec.json.Decoder().decode


@dataclass(slots=True)
class Batch:
    """What became of several messages that were applied in one transaction.

    `lacking` is the one that needs `iris` first; `failing` is the one that a bug stopped at. Those
    behind it were not looked at.
    """

    done: list[Arrival] = field(default_factory=list)
    dropped: list[tuple[Arrival, str]] = field(default_factory=list)
    lacking: Arrival | None = None
    iris: tuple[str, ...] = ()
    failing: Arrival | None = None
    error: Exception | None = None


def apply_batch(
    tx: Tx,
    arrivals: Sequence[Arrival],
    handlers: Mapping[type[Activity], Handler],
    fetched: Mapping[str, Fetched],
    now: int,
) -> Batch:
    """Apply messages in order until one cannot be; each is undone by itself if it fails."""
    batch = Batch()
    for arrival in arrivals:
        try:
            with tx.savepoint():
                apply_one(tx, arrival, handlers, fetched, now)
        except Missing as missing:
            batch.lacking, batch.iris = arrival, missing.iris
            break
        except (Busy, StoreFailed):
            raise
        except (Problem, Malformed) as problem:
            batch.dropped.append((arrival, problem.sentence))
        except Exception as error:  # noqa: BLE001 - a message must not stop those behind it
            batch.failing, batch.error = arrival, error
            break
        else:
            batch.done.append(arrival)
    settle_arrivals(tx, [arrival.id for arrival in batch.done], "done", now)
    for arrival, reason in batch.dropped:
        settle_arrivals(tx, [arrival.id], "dropped", now, reason)
    return batch


def apply_one(
    tx: Tx,
    arrival: Arrival,
    handlers: Mapping[type[Activity], Handler],
    fetched: Mapping[str, Fetched],
    now: int,
) -> None:
    """Hand a message to its handler, with only what its sender may vouch for (T16)."""
    verbatim = read_body(arrival.body)
    activity = trusted_parts(read_activity(verbatim))
    handler = handlers.get(type(activity))
    if handler is not None:
        handler(tx, activity, Applying(now, fetched, verbatim))


class Applier:
    """The lanes of one process. `run` is owned by the app; `wake` follows a commit."""

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
    ) -> None:
        self._db, self._fetcher, self._clock = db, fetcher, clock
        self._metrics, self._handlers, self._wake_sender = metrics, handlers, wake_sender
        self._waiting_max = waiting_max
        self._woken = asyncio.Event()
        self._wanted: set[str] = set()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self.backlog = 0

    def wake(self, origin: str) -> None:
        """Something has arrived from `origin`."""
        self._wanted.add(origin)
        self._woken.set()

    async def run(self) -> None:
        """Apply until cancelled."""
        looked_at = -LOOK_EVERY_S
        async with asyncio.TaskGroup() as lanes:
            while True:
                self._woken.clear()
                if self._clock.monotonic() - looked_at >= LOOK_EVERY_S:
                    looked_at = self._clock.monotonic()
                    await self._look()
                self._open_lanes(lanes)
                try:
                    await asyncio.wait_for(self._woken.wait(), LOOK_EVERY_S)
                except TimeoutError:
                    continue

    async def _look(self) -> None:
        """Find what waits, also what waited before the process began, and what is due again."""
        try:
            self._wanted.update(await self._db.read(waiting_origins))
            self.backlog = await self._db.read(waiting_count, self._waiting_max + 1)
        except Busy:
            return
        self._metrics.arrivals_waiting.set(self.backlog)

    def _open_lanes(self, lanes: asyncio.TaskGroup) -> None:
        free = [origin for origin in self._wanted if origin not in self._lanes]
        for origin in free[: LANES_MAX - len(self._lanes)]:
            self._wanted.discard(origin)
            self._lanes[origin] = lanes.create_task(self._run_lane(origin))

    async def _run_lane(self, origin: str) -> None:
        """Apply what waits of one origin until nothing is due."""
        try:
            while arrivals := await self._db.read(waiting_arrivals, origin, self._clock.now()):
                await self._apply(arrivals)
        except Busy as error:
            log.warning("applier_waits_for_store", reason=error.sentence)
        except Exception:
            log.exception("lane_failed", origin=origin)
        finally:
            del self._lanes[origin]
            if self._wanted:
                self._woken.set()

    async def _apply(self, arrivals: Sequence[Arrival]) -> None:
        """Apply messages of one origin, fetching what they lack."""
        fetched: dict[str, Fetched] = {}
        budgets: dict[int, Budget] = {}
        for _ in range(ROUNDS_MAX):
            batch = await self._db.write(
                apply_batch, arrivals, self._handlers, fetched, self._clock.now()
            )
            self._report(batch)
            if batch.failing is not None:
                await self._put_off(batch.failing, f"bug: {type(batch.error).__name__}")
                return
            if batch.lacking is None:
                return
            if all(iri in fetched for iri in batch.iris):
                await self._put_off(batch.lacking, "what it needs cannot be fetched")
                return
            arrivals = arrivals[list(arrivals).index(batch.lacking) :]
            lacking = batch.lacking
            budget = budgets.setdefault(lacking.id, Budget(FETCHES_MAX - lacking.fetches))
            await self._fetch(lacking, batch.iris, fetched, budget)
        await self._put_off(arrivals[0], "it needs too much")

    async def _fetch(
        self, arrival: Arrival, iris: Sequence[str], fetched: dict[str, Fetched], budget: Budget
    ) -> None:
        """Fetch what a message lacks, within the budget of the message in all its tries (T45)."""
        before = budget.fetches
        for iri in iris:
            if iri not in fetched:
                fetched[iri] = await self._fetcher.fetch(iri, budget)
        await self._db.write(count_fetches, arrival, before - budget.fetches)

    async def _put_off(self, arrival: Arrival, reason: str) -> None:
        """Try a message again later, or set it aside after the fifth failure (T116)."""
        now = self._clock.now()
        if arrival.tries + 1 >= TRIES_MAX:
            await self._db.write(settle_arrivals, [arrival.id], "quarantined", now, reason)
            log.warning("activity_quarantined", activity_iri=arrival.activity_iri, reason=reason)
            self._metrics.applied.labels(arrival.kind, "quarantined").inc()
            return
        next_try_at = now + RETRY_S[arrival.tries]
        await self._db.write(put_off_arrival, arrival, reason, next_try_at)

    def _report(self, batch: Batch) -> None:
        if batch.done:
            self._wake_sender()
        for arrival in batch.done:
            self._metrics.applied.labels(arrival.kind, "done").inc()
            log.debug(
                "activity_applied",
                activity_type=arrival.kind,
                activity_iri=arrival.activity_iri,
                origin=arrival.origin,
            )
        for arrival, reason in batch.dropped:
            self._metrics.applied.labels(arrival.kind, "dropped").inc()
            log.info(
                "activity_dropped",
                activity_type=arrival.kind,
                activity_iri=arrival.activity_iri,
                origin=arrival.origin,
                reason=reason,
            )
        if batch.failing is not None:
            log.error(
                "activity_failed",
                activity_type=batch.failing.kind,
                activity_iri=batch.failing.activity_iri,
                exc_info=batch.error,
            )
