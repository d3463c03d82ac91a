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
from node.db.blobs import Blobs, open_blobs
from node.db.database import Database
from node.files_at_rest import keep_files
from node.housekeeping import keep_house, keep_index, keep_time
from node.http.services import Services
from node.inbox.accept import Inbox
from node.inbox.apply import Applier
from node.inbox.authorized_fetch import AuthorizedFetch
from node.inbox.directories import DEVELOPMENT_LOOK_EVERY_S as DIRECTORIES_DEVELOPMENT_S
from node.inbox.directories import LOOK_EVERY_S as DIRECTORIES_S
from node.inbox.directories import keep_directories
from node.inbox.fetch import Fetcher
from node.inbox.fetch_worker import DEVELOPMENT_LOOK_EVERY_S, LOOK_EVERY_S, FetchWorker
from node.inbox.gone_actors import keep_checking_gone_actors
from node.inbox.gone_posts import keep_checking_gone_posts
from node.inbox.handlers import HANDLERS
from node.inbox.remote_keys import RemoteKeys
from node.inbox.remote_pictures import RemotePictures
from node.inbox.resolve import HomeResolver
from node.outbox.sender import Sender
from node.peers.message_rates import MessageRates
from node.peers.policy_cache import PolicyCache
from node.pictures.redraw import Redrawing
from node.scheduled_audits import keep_auditing
from node.scheduled_backups import keep_backups
from node.topics.members.follow_retries import FollowKeeper

log = structlog.get_logger()

Worker = Coroutine[None, None, None]
"""Something that works until it is told to end."""


@dataclass(frozen=True, slots=True)
class NodeParts:
    """What every part of a working node stands on."""

    config: Config
    clock: Clock
    db: Database
    gate: Gate
    expander: Expander
    peers: PolicyCache
    metrics: Metrics
    fetcher: Fetcher
    keys: RemoteKeys
    blobs: Blobs


@asynccontextmanager
async def working(
    config: Config,
    clock: Clock,
    db: Database,
    gate: Gate,
    expander: Expander,
    peers: PolicyCache,
) -> AsyncIterator[tuple[Services, Inbox]]:
    """A node's workers at work, and what its application answers with."""
    fetcher = Fetcher(db, gate, clock)
    keys = RemoteKeys(db, fetcher, clock, peers)
    blobs = await asyncio.to_thread(open_blobs, config)
    parts = NodeParts(config, clock, db, gate, expander, peers, Metrics(), fetcher, keys, blobs)
    sender = sender_of(parts)
    applier = applier_of(parts, sender)
    workers = (sender.run(), applier.run(), *tidying(parts, sender.wake))
    async with at_work(workers):
        yield services_of(parts, sender), inbox_of(parts, sender, applier)


def sender_of(parts: NodeParts) -> Sender:
    """What sends: each delivery, to each host."""
    return Sender(
        parts.db,
        parts.gate,
        parts.clock,
        parts.metrics,
        parts.peers,
        is_still_there=parts.fetcher.is_still_there,
        development=parts.config.federation.development,
        forms=parts.gate.forms,
    )


def applier_of(parts: NodeParts, sender: Sender) -> Applier:
    """What receives, behind the door: it applies what has arrived."""
    return Applier(
        parts.db,
        parts.fetcher,
        parts.clock,
        parts.metrics,
        HANDLERS,
        wake_sender=sender.wake,
        waiting_max=parts.config.federation.arrivals_waiting_max,
        plain=parts.expander.plain,
    )


def inbox_of(parts: NodeParts, sender: Sender, applier: Applier) -> Inbox:
    """What receives, at the door: it checks what peers send and stores it."""
    return Inbox(
        config=parts.config,
        db=parts.db,
        clock=parts.clock,
        keys=parts.keys,
        peers=parts.peers,
        rates=MessageRates(parts.peers, is_counted=parts.config.web.rate_limits),
        metrics=parts.metrics,
        handled=frozenset(HANDLERS),
        backlog=lambda: applier.backlog,
        wake_applier=applier.wake,
        wake_sender=sender.wake,
        plain=parts.expander.plain,
    )


def services_of(parts: NodeParts, sender: Sender) -> Services:
    """What pages and APIs answer with."""
    config = parts.config
    must_sign = config.federation.authorized_fetch
    return Services(
        config=config,
        db=parts.db,
        clock=parts.clock,
        gate=parts.gate,
        resolver=HomeResolver(config, parts.db, parts.fetcher, parts.clock),
        readers=AuthorizedFetch(
            config.node.url,
            parts.keys,
            parts.peers,
            parts.clock,
            must_sign=must_sign,
            web=config.web,
        ),
        metrics=parts.metrics,
        peers=parts.peers,
        blobs=parts.blobs,
        pictures=Redrawing(),
        wake_sender=sender.wake,
    )


def tidying(parts: NodeParts, wake_sender: Callable[[], None]) -> tuple[Worker, ...]:
    """What tidies: it keeps, completes and clears away, in its own time."""
    db, clock, fetcher = parts.db, parts.clock, parts.fetcher
    is_development = parts.config.federation.development
    look_every_s = DEVELOPMENT_LOOK_EVERY_S if is_development else LOOK_EVERY_S
    return (
        FollowKeeper(db, fetcher.fetch_followers, clock, wake_sender).run(),
        FetchWorker(db, fetcher, clock, look_every_s=look_every_s).run(),
        keep_house(db, clock),
        keep_index(db, clock),
        keep_files(db, parts.blobs, clock),
        RemotePictures(db, parts.gate, parts.blobs, clock, parts.config.files).run(),
        keep_backups(parts.config, db, clock),
        keep_auditing(parts.config, db, clock),
        keep_checking_gone_actors(db, fetcher, clock),
        keep_checking_gone_posts(db, fetcher, clock),
        keep_directories(
            db,
            fetcher,
            clock,
            scheme="http" if is_development else "https",
            look_every_s=DIRECTORIES_DEVELOPMENT_S if is_development else DIRECTORIES_S,
        ),
        keep_time(db, clock, wake_sender),
        parts.peers.run(db),
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
