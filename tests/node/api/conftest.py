"""A node's client API on loopback, with the real middlewares, pages and store."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from federation.gate import Gate
from node.app import make_app
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.metrics import Metrics
from node.db.database import Database
from node.http.services import Shell
from node.inbox.authorized_fetch import SignedReaders
from node.inbox.fetch import Fetcher
from node.inbox.remote_keys import Keys
from node.peers.policy_cache import PeerBook
from tests.neighbours import NOW, ORIGIN, add_node
from tests.node.api.house import Caller, FakeResolver, House
from tests.peers.stub import PeerGate

NO_GATE: Any = None


async def no_inbox(request: web.Request) -> web.StreamResponse:
    """What peers send has its own tests."""
    raise web.HTTPNotFound


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """A node without people."""
    clock, resolver, woken = FakeClock(NOW), FakeResolver(), list[None]()
    peers = PeerBook("group.example")
    keys = Keys(database, Fetcher(database, cast(Gate, PeerGate()), clock), clock, peers)
    shell = Shell(
        config=Config(node=NodeSettings(url=ORIGIN, name="Group"), data=Path()),
        db=database,
        clock=clock,
        gate=cast(Gate, NO_GATE),
        resolver=resolver,
        readers=SignedReaders(ORIGIN, keys, peers, clock),
        metrics=Metrics(),
        peers=peers,
        wake_sender=lambda: woken.append(None),
    )
    await database.write(add_node)
    async with TestClient(TestServer(make_app(shell, no_inbox))) as client:
        yield House(database, clock, client, resolver, woken)


@pytest.fixture
async def rosa(house: House) -> Caller:
    """Somebody of the node, with an app that may do everything."""
    return await house.person("rosa")


@pytest.fixture
async def tilda(house: House) -> Caller:
    """Somebody else of the node."""
    return await house.person("tilda")
