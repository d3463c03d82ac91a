"""An inbox that listens on loopback, with a store and a neighbour, and what tests do to it."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from federation.jsonld import Plain, only_plain
from node.base.clock import FakeClock
from node.base.errors import Problem
from node.db.database import Database
from node.db.tx import Tx
from node.inbox.fetch import Fetcher
from node.inbox.remote_keys import RemoteKeys
from node.peers.message_rates import MessageRates
from node.peers.policy_cache import PolicyCache
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
    keys: RemoteKeys
    fetcher: Fetcher
    peers: PolicyCache
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
    return tx.all(
        "select activity_iri, kind, state, reason, tries, signed_at from arrival order by id"
    )


def prepare(tx: Tx) -> None:
    add_node(tx)
    add_person(tx, "ann")
