"""What works in a running node: what receives, what sends, and what tidies."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from federation.gate import Gate
from federation.jsonld import Expander
from node.base.clock import Clock
from node.base.config import Config
from node.base.metrics import Metrics
from node.db.database import Database
from node.housekeeping import keep_house, keep_time
from node.http.services import Shell
from node.inbox.accept import Inbox
from node.inbox.apply import Applier
from node.inbox.authorized_fetch import SignedReaders
from node.inbox.fetch import Fetcher
from node.inbox.fetch_worker import DEVELOPMENT_LOOK_EVERY_S, LOOK_EVERY_S, Background
from node.inbox.gone_actors import keep_farewells
from node.inbox.handlers import HANDLERS
from node.inbox.remote_keys import Keys
from node.inbox.resolve import HomeResolver
from node.outbox.sender import Sender
from node.peers.message_rates import MessageRates
from node.peers.policy_cache import PeerBook
from node.topics.members.follow_retries import FollowKeeper

log = structlog.get_logger()

Worker = Coroutine[None, None, None]
"""Something that works until it is told to end."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every part of a working node stands on."""

    config: Config
    clock: Clock
    db: Database
    gate: Gate
    expander: Expander
    peers: PeerBook
    metrics: Metrics
    fetcher: Fetcher
    keys: Keys


@asynccontextmanager
async def working(
    config: Config,
    clock: Clock,
    db: Database,
    gate: Gate,
    expander: Expander,
    peers: PeerBook,
) -> AsyncIterator[tuple[Shell, Inbox]]:
    """A node's workers at work, and what its application answers with."""
    fetcher = Fetcher(db, gate, clock)
    keys = Keys(db, fetcher, clock, peers)
    ground = Ground(config, clock, db, gate, expander, peers, Metrics(), fetcher, keys)
    sender = sender_of(ground)
    applier = applier_of(ground, sender)
    workers = (sender.run(), applier.run(), *tidying(ground, sender.wake))
    async with at_work(workers):
        yield shell_of(ground, sender), inbox_of(ground, sender, applier)


def sender_of(ground: Ground) -> Sender:
    """What sends: each delivery, to each host."""
    return Sender(
        ground.db,
        ground.gate,
        ground.clock,
        ground.metrics,
        ground.peers,
        is_still_there=ground.fetcher.is_still_there,
        development=ground.config.federation.development,
        forms=ground.gate.forms,
    )


def applier_of(ground: Ground, sender: Sender) -> Applier:
    """What receives, behind the door: it applies what has arrived."""
    return Applier(
        ground.db,
        ground.fetcher,
        ground.clock,
        ground.metrics,
        HANDLERS,
        wake_sender=sender.wake,
        waiting_max=ground.config.federation.arrivals_waiting_max,
        plain=ground.expander.plain,
    )


def inbox_of(ground: Ground, sender: Sender, applier: Applier) -> Inbox:
    """What receives, at the door: it checks what peers send and stores it."""
    return Inbox(
        config=ground.config,
        db=ground.db,
        clock=ground.clock,
        keys=ground.keys,
        peers=ground.peers,
        rates=MessageRates(ground.peers, is_counted=ground.config.web.rate_limits),
        metrics=ground.metrics,
        handled=frozenset(HANDLERS),
        backlog=lambda: applier.backlog,
        wake_applier=applier.wake,
        wake_sender=sender.wake,
        plain=ground.expander.plain,
    )


def shell_of(ground: Ground, sender: Sender) -> Shell:
    """What pages and APIs answer with."""
    config = ground.config
    must_sign = config.federation.authorized_fetch
    return Shell(
        config=config,
        db=ground.db,
        clock=ground.clock,
        gate=ground.gate,
        resolver=HomeResolver(config, ground.db, ground.gate, ground.fetcher),
        readers=SignedReaders(
            config.node.url, ground.keys, ground.peers, ground.clock, must_sign=must_sign
        ),
        metrics=ground.metrics,
        peers=ground.peers,
        wake_sender=sender.wake,
    )


def tidying(ground: Ground, wake_sender: Callable[[], None]) -> tuple[Worker, ...]:
    """What tidies: it keeps, completes and clears away, in its own time."""
    db, clock, fetcher = ground.db, ground.clock, ground.fetcher
    is_development = ground.config.federation.development
    look_every_s = DEVELOPMENT_LOOK_EVERY_S if is_development else LOOK_EVERY_S
    return (
        FollowKeeper(db, fetcher.fetch_followers, clock, wake_sender).run(),
        Background(db, fetcher, clock, look_every_s=look_every_s).run(),
        keep_house(db, clock),
        keep_farewells(db, fetcher, clock),
        keep_time(db, clock, wake_sender),
        ground.peers.run(db),
    )


@asynccontextmanager
async def at_work(workers: tuple[Worker, ...]) -> AsyncIterator[None]:
    """Run `workers`, and end them at the end."""
    tasks = [asyncio.create_task(worker) for worker in workers]
    for task in tasks:
        task.add_done_callback(report_end)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def report_end(task: "asyncio.Task[None]") -> None:
    """A worker ends when it is told to; anything else wants a person."""
    if not task.cancelled() and task.exception() is not None:
        log.error("worker_ended", exc_info=task.exception())
