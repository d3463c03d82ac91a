"""A node on loopback: its pages, APIs and documents as `house`, its inbox as `node`."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from federation.gate import Gate
from node.app import make_app
from node.base.clock import FakeClock
from node.base.config import Config, FederationSettings, NodeSettings
from node.base.metrics import Metrics
from node.db.blobs import MemoryBlobs
from node.db.database import Database
from node.http.services import Services
from node.inbox.accept import Inbox
from node.inbox.authorized_fetch import AuthorizedFetch
from node.inbox.fetch import Fetcher
from node.inbox.handlers import HANDLERS
from node.inbox.remote_keys import RemoteKeys
from node.peers.message_rates import MessageRates
from node.peers.policy_cache import PolicyCache
from node.pictures.redraw import Redrawing
from tests.neighbours import NOW, ORIGIN, add_node
from tests.node.browser import Browser
from tests.node.house import Caller, FakeResolver, House
from tests.node.receiver import Node, as_status, prepare
from tests.peers.stub import PeerGate

NO_GATE: Any = None


async def no_inbox(request: web.Request) -> web.StreamResponse:
    """What peers send has its own tests."""
    raise web.HTTPNotFound


@pytest.fixture
async def house(database: Database, aiohttp_client: AiohttpClient) -> House:
    """A node without people."""
    clock, resolver, woken = FakeClock(NOW), FakeResolver(), list[None]()
    peers = PolicyCache("group.example")
    keys = RemoteKeys(database, Fetcher(database, cast(Gate, PeerGate()), clock), clock, peers)
    services = Services(
        config=Config(node=NodeSettings(url=ORIGIN, name="Group"), data=Path()),
        db=database,
        clock=clock,
        gate=cast(Gate, NO_GATE),
        resolver=resolver,
        readers=AuthorizedFetch(ORIGIN, keys, peers, clock),
        metrics=Metrics(),
        peers=peers,
        blobs=MemoryBlobs(),
        pictures=Redrawing(),
        wake_sender=lambda: woken.append(None),
    )
    await database.write(add_node)
    server = TestServer(make_app(services, no_inbox), skip_url_asserts=True)
    client = await aiohttp_client(server)
    client.session.headers["Host"] = "group.example"
    return House(database, clock, client, resolver, woken)


@pytest.fixture
async def rosa(house: House) -> Caller:
    """Somebody of the node, with an app that may do everything."""
    return await house.person("rosa")


@pytest.fixture
async def tilda(house: House) -> Caller:
    """Somebody else of the node."""
    return await house.person("tilda")


@pytest.fixture
async def node(database: Database, aiohttp_client: AiohttpClient) -> AsyncIterator[Node]:
    """An inbox; ann lives here."""
    await database.write(prepare)
    gate, clock = PeerGate(), FakeClock(NOW)
    fetcher = Fetcher(database, gate, clock)  # type: ignore[arg-type]
    peers = PolicyCache("group.example")
    keys = RemoteKeys(database, fetcher, clock, peers)
    made = Node(database, gate, clock, None, keys, fetcher, peers, MessageRates(peers))  # type: ignore[arg-type]

    def wake() -> None:
        made.woken += 1

    inbox = Inbox(
        config=Config(
            node=NodeSettings(url=ORIGIN), federation=FederationSettings(arrivals_waiting_max=100)
        ),
        db=database,
        clock=clock,
        keys=keys,
        peers=made.peers,
        rates=made.rates,
        metrics=Metrics(),
        handled=frozenset(HANDLERS),
        backlog=lambda: made.backlog,
        wake_applier=wake,
        wake_sender=lambda: None,
        plain=lambda value, whose="": made.plain(value, whose),
    )
    app = web.Application(client_max_size=2**20, middlewares=[as_status])
    app.router.add_post("/inbox", inbox.post)
    app.router.add_post("/people/{name}/inbox", inbox.post)
    made.client = await aiohttp_client(TestServer(app, skip_url_asserts=True))
    made.client.session.headers["Host"] = "group.example"
    yield made
    await asyncio.sleep(0)


@pytest.fixture
def visitor(house: House) -> Browser:
    """The browser of somebody who is not signed in."""
    return Browser(house.client)
