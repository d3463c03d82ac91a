"""A node's client API on loopback, with the real middlewares, pages and store."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from federation.gate import Gate
from federation.limits import REQUEST_BODY_BYTES_MAX
from node.api.routes import AROUND_ERRORS, MIDDLEWARES, add_client_api
from node.clock import FakeClock
from node.config import Config, NodeSettings
from node.db.database import Database
from node.inbox.fetch import Fetcher
from node.inbox.keys import Keys
from node.inbox.readers import SignedReaders
from node.listener import note_client
from node.metrics import Metrics
from node.peers.book import PeerBook
from node.problems import answer_problems
from node.shell import SHELL, Shell
from node.web.routes import MIDDLEWARES as WEB_MIDDLEWARES
from node.web.routes import ROUTES as WEB_ROUTES
from tests.neighbours import NOW, ORIGIN, add_node
from tests.node.api.house import Caller, FakeResolver, House
from tests.peers.stub import PeerGate

NO_GATE: Any = None


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
    async with TestClient(TestServer(application(shell))) as client:
        yield House(database, clock, client, resolver, woken)


def application(shell: Shell) -> web.Application:
    """What answers, in the order in which the node has it."""
    app = web.Application(
        client_max_size=REQUEST_BODY_BYTES_MAX,
        middlewares=[
            note_client(["127.0.0.1"]),
            *AROUND_ERRORS,
            answer_problems,
            *MIDDLEWARES,
            *WEB_MIDDLEWARES,
        ],
    )
    app[SHELL] = shell
    add_client_api(app)
    app.add_routes(WEB_ROUTES)
    return app


@pytest.fixture
async def rosa(house: House) -> Caller:
    """Somebody of the node, with an app that may do everything."""
    return await house.person("rosa")


@pytest.fixture
async def tilda(house: House) -> Caller:
    """Somebody else of the node."""
    return await house.person("tilda")
