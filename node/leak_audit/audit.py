"""One audit, from an empty store in memory to a report."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import msgspec
from aiohttp import web

from federation.gate import Gate
from federation.signatures import make_keys
from node.base.clock import Clock, FakeClock
from node.base.config import Config
from node.base.metrics import Metrics
from node.db.blobs import MemoryBlobs
from node.db.database import Database
from node.db.inline import in_memory
from node.http.problems import Handler
from node.http.services import Services
from node.leak_audit.ask import KnownHere, SaidSigner
from node.leak_audit.plant import plant
from node.leak_audit.readers import STRANGERS, Leak
from node.leak_audit.walk import Planted, walk
from node.peers.policy_cache import open_policy_cache
from node.pictures.redraw import Redrawing

MakeApp = Callable[[Services, Handler], web.Application]
NO_GATE: Any = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found, when, and how much it asked."""

    at: int
    leaks: tuple[Leak, ...]
    asked: int


async def audit(config: Config, now: int, make_app: MakeApp) -> Report:
    """Ask a made-up node with these settings everything, as six kinds of stranger."""
    app, planted = await planted_node(config, await in_memory(now), now, make_app)
    strangers = [one for one in planted.readers if one.name in STRANGERS]
    found = await walk(app, replace(planted, readers=strangers))
    return Report(now, tuple(found.leaks), found.asked)


async def planted_node(
    config: Config, db: Database, now: int, make_app: MakeApp, clock: Clock | None = None
) -> tuple[web.Application, Planted]:
    """A node full of secrets in an empty store, as the application that answers for it; unless
    there is a `clock` it waits for nothing."""
    clock = clock or FakeClock(now)
    web_settings = msgspec.structs.replace(config.web, rate_limits=False)
    settings = msgspec.structs.replace(config, web=web_settings)
    keys = await asyncio.to_thread(make_keys)
    planted = await db.write(plant, config.node.url, config.host, keys, now)
    blobs = MemoryBlobs()
    for name, body in planted.blobs.items():
        blobs.put(name, body)
    services = Services(
        config=settings,
        db=db,
        clock=clock,
        gate=cast(Gate, NO_GATE),
        resolver=KnownHere(db, config.host),
        readers=SaidSigner(),
        metrics=Metrics(),
        peers=await open_policy_cache(settings, db),
        blobs=blobs,
        pictures=Redrawing(),
        wake_sender=lambda: None,
    )
    app = make_app(services, takes_nothing)
    app.freeze()
    return app, planted


async def takes_nothing(_request: web.Request) -> web.StreamResponse:
    """What peers send is no part of an audit."""
    raise web.HTTPNotFound
