"""An inbox that listens on loopback, with a store and a neighbour."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from federation.jsonld import Plain, only_plain
from node.base.clock import FakeClock
from node.base.config import Config, FederationSettings, NodeSettings
from node.base.errors import Problem
from node.base.metrics import Metrics
from node.db.database import Database
from node.db.tx import Tx
from node.inbox.accept import Inbox
from node.inbox.fetch import Fetcher
from node.inbox.handlers import HANDLERS
from node.inbox.remote_keys import Keys
from node.peers.message_rates import MessageRates
from node.peers.policy_cache import PeerBook
from tests.neighbours import add_node, add_person
from tests.peers.stub import NOW, PeerGate, key_of, signed

ORIGIN = "https://group.example"
URL = f"{ORIGIN}/inbox"


@web.middleware
async def as_status(request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        return await handler(request)
    except Problem as problem:
        return web.Response(status=problem.status, text=problem.sentence)


@dataclass
class Node:
    """One node's inbox, and what a test does to it."""

    db: Database
    gate: PeerGate
    clock: FakeClock
    client: TestClient[web.Request, web.Application]
    keys: Keys
    fetcher: Fetcher
    peers: PeerBook
    rates: MessageRates
    backlog: int = 0
    woken: int = 0
    plain: Plain = only_plain

    async def post(
        self, activity: Any, key: Any = None, path: str = "/inbox", **changes: Any
    ) -> ClientResponse:
        """Send an activity, signed by its actor unless the test says otherwise."""
        key = key or key_of(activity["actor"])
        url, now = changes.pop("url", ORIGIN + path), changes.pop("now", NOW)
        form = changes.pop("form", "cavage")
        body, headers = signed(url, activity, key, now, form)
        body = changes.pop("body", body)
        headers |= changes.pop("headers", {})
        for name in changes.pop("without", ()):
            headers.pop(name, None)
        return await self.send(body, headers, path)

    async def send(self, body: bytes, headers: Any, path: str = "/inbox") -> ClientResponse:
        return await self.client.post(path, data=body, headers=headers)

    async def arrivals(self) -> list[dict[str, Any]]:
        """What was kept."""
        rows = await self.db.read(read_arrivals)
        return [dict(row) for row in rows]


def read_arrivals(tx: Tx) -> Any:
    return tx.all("select activity_iri, kind, state, reason, tries from arrival order by id")


def prepare(tx: Tx) -> None:
    add_node(tx)
    add_person(tx, "ann")


@pytest.fixture
async def node(database: Database) -> AsyncIterator[Node]:
    """An inbox; ann lives here."""
    await database.write(prepare)
    gate, clock = PeerGate(), FakeClock(NOW)
    fetcher = Fetcher(database, gate, clock)  # type: ignore[arg-type]
    peers = PeerBook("group.example")
    keys = Keys(database, fetcher, clock, peers)
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
        plain=lambda value: made.plain(value),
    )
    app = web.Application(client_max_size=2**20, middlewares=[as_status])
    app.router.add_post("/inbox", inbox.post)
    app.router.add_post("/people/{name}/inbox", inbox.post)
    async with TestClient(TestServer(app, skip_url_asserts=True)) as client:
        client.session.headers["Host"] = "group.example"
        made.client = client
        yield made
        await asyncio.sleep(0)
