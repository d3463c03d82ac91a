"""Applies what arrived: in order for each origin, many origins to a transaction.

A message is applied inside one transaction with being settled. One that lacks something is tried
again after the shell has fetched it; one that fails five times is set aside, and those behind it
go on.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from federation.documents import Activity, Announce, read_activity
from federation.errors import BadSignature, Malformed, Overloaded
from federation.gate import Budget
from federation.jsonld import Plain, is_plain, only_plain
from federation.limits import FETCHES_MAX, WORK_BYTES_MAX
from federation.origin import authority_of, trusted_parts
from federation.strictjson import Json
from node.arrivals.apply_context import ApplyContext, Fetched
from node.arrivals.host_rates import is_related
from node.arrivals.store import (
    Arrival,
    count_fetches,
    put_off_arrival,
    settle_arrivals,
    waiting_arrivals,
    waiting_count,
)
from node.base.clock import Clock
from node.base.errors import Busy, Missing, NotAllowed, Problem
from node.base.metrics import Metrics
from node.db.database import Database
from node.db.errors import StoreFailed
from node.db.tx import Tx
from node.inbox.fetch import Fetcher
from node.inbox.proofs import proven_parts

log = structlog.get_logger()

LANES_MAX = 64
LANES_RESERVED = 16
"""Lanes over and above those, for origins that somebody here has to do with."""

LOOK_EVERY_S = 1.0
TRIES_MAX = 5
ROUNDS_MAX = 8
RETRY_S = (2, 30, 300, 3_600)
Handler = Callable[[Tx, Any, ApplyContext], None]
read_body = msgspec.json.Decoder().decode


@dataclass(slots=True)
class Batch:
    """What became of several messages that were applied in one transaction.

    `lacking` need something fetched first; those behind them of the same origin were not looked at.
    `failing` are those that a bug stopped at.
    """

    done: list[Arrival] = field(default_factory=list)
    dropped: list[tuple[Arrival, str]] = field(default_factory=list)
    lacking: dict[str, tuple[Arrival, tuple[str, ...]]] = field(default_factory=dict)
    failing: list[tuple[Arrival, Exception]] = field(default_factory=list)


def apply_batch(
    tx: Tx,
    arrivals: Sequence[Arrival],
    handlers: Mapping[type[Activity], Handler],
    fetched: Mapping[str, Fetched],
    now: int,
    translated: Mapping[int, Json] | None = None,
) -> Batch:
    """Apply messages, of each origin in order until one lacks something; each undone by itself.

    `translated` holds those that came in other words than ours, by the id of the arrival; one that
    is not there lacks it.
    """
    batch = Batch()
    for arrival in arrivals:
        if arrival.origin in batch.lacking:
            continue
        try:
            with tx.savepoint():
                apply_one(tx, arrival, handlers, fetched, now, translated or {})
        except Missing as missing:
            batch.lacking[arrival.origin] = (arrival, missing.iris)
        except (Busy, StoreFailed):
            raise
        except (Problem, Malformed) as problem:
            batch.dropped.append((arrival, problem.sentence))
        except Exception as error:  # noqa: BLE001 - a message must not stop those behind it
            batch.failing.append((arrival, error))
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
    translated: Mapping[int, Json],
) -> None:
    """Hand a message to its handler, with only what its sender may vouch for (T16).

    Raises:
        Missing: what is to be fetched first; nothing by name where it is to be translated first.
    """
    verbatim = read_body(arrival.body)
    if arrival.id not in translated and not is_plain(verbatim):
        raise Missing(())
    value = translated.get(arrival.id, verbatim)
    activity = read_activity(value)
    proven: tuple[Activity, ...] = ()
    if isinstance(activity, Announce):
        proven = read_proven(tx, value, fetched, now)
    handler = handlers.get(type(activity))
    if handler is not None:
        believed = tuple(map(trusted_parts, proven))
        context = ApplyContext(now, fetched, verbatim, believed)
        handler(tx, trusted_parts(activity, proven), context)


def read_proven(
    tx: Tx, verbatim: Mapping[str, Any], fetched: Mapping[str, Fetched], now: int
) -> tuple[Activity, ...]:
    """What of the inside of an Announce its own actors have proven.

    Raises:
        Missing: whoever proved it is not stored here yet.
        NotAllowed: a proof is wrong: nobody's word counts for that message.
    """
    try:
        return proven_parts(tx, verbatim, fetched, now)
    except BadSignature as error:
        raise NotAllowed(f"A proof inside does not hold: {error.reason}.") from error


class Applier:
    """Applies what arrives in one process. `run` is owned by the app; `wake` follows a commit.

    What can be applied at once is, many origins to a transaction. A message that lacks something
    gets a lane, in which it is fetched for; meanwhile its origin waits, and the others go on.
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
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._late: OrderedDict[str, None] = OrderedDict()
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
        """Apply what waits and is due of origins without a lane; False where there was nothing.

        Where all lanes are taken, an origin that lacks something waits for one, and nobody else.
        """
        now = self._clock.now()
        arrivals = await self._db.read(waiting_arrivals, now, self._busy())
        if not arrivals:
            return False
        batch = await self._db.write(apply_batch, arrivals, self._handlers, {}, now)
        await self._report(batch)
        for origin, (arrival, iris) in batch.lacking.items():
            if await self._may_have_lane(origin):
                self._lanes[origin] = lanes.create_task(self._run_lane(arrival, iris))
            else:
                self._late[origin] = None
        return True

    def _busy(self) -> list[str]:
        """The origins that nothing is applied of now: they have a lane, or wait for one.

        For each lane that is free, the one that waits longest is looked at again.
        """
        for _ in range(min(len(self._late), LANES_MAX - len(self._lanes))):
            self._late.popitem(last=False)
        return [*self._lanes, *self._late]

    async def _may_have_lane(self, origin: str) -> bool:
        """Whether a lane is free for an origin; some are for those that are known here (T143)."""
        if len(self._lanes) < LANES_MAX:
            return True
        if len(self._lanes) >= LANES_MAX + LANES_RESERVED:
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
            del self._lanes[arrival.origin]
            self._woken.set()

    async def _complete(self, arrival: Arrival, iris: tuple[str, ...]) -> None:
        fetched: dict[str, Fetched] = {}
        budget = Budget(FETCHES_MAX - arrival.fetches, WORK_BYTES_MAX - arrival.fetched_bytes)
        try:
            translated = {arrival.id: await self._plain(read_body(arrival.body))}
        except (Malformed, Overloaded):
            await self._put_off(arrival, "it cannot be translated")
            return
        for _ in range(ROUNDS_MAX):
            if iris and all(iri in fetched for iri in iris):
                await self._put_off(arrival, "what it needs cannot be fetched")
                return
            await self._fetch(arrival, iris, fetched, budget)
            batch = await self._db.write(
                apply_batch, [arrival], self._handlers, fetched, self._clock.now(), translated
            )
            await self._report(batch)
            if arrival.origin not in batch.lacking:
                return
            _, iris = batch.lacking[arrival.origin]
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
