"""A node's client API on loopback for tests: people with tokens, and neighbours to be found."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from node.base.clock import FakeClock
from node.db.database import Database
from node.db.tx import Tx
from node.http.services import Found
from node.topics.accounts.actions import create_account, issue_token
from node.topics.accounts.store import Account
from node.topics.actors.store import Actor, actor_by_id
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.shapes import check_shape

EVERYTHING = "read write follow push profile"


@dataclass
class FakeResolver:
    """Other nodes: what each query leads to, and what was asked."""

    known: dict[str, Found] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def resolve(self, query: str) -> Found:
        self.asked.append(query)
        return self.known.get(query, Found())

    async def read_anew(self, query: str) -> Found:
        return await self.resolve(query)

    async def read_node(self, iri: str) -> None:
        self.asked.append(iri)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read to its end."""

    status: int
    headers: Any
    text: str
    value: Any

    @property
    def error(self) -> str:
        """What is said to be wrong."""
        is_problem = self.headers["Content-Type"].startswith("application/problem+json")
        return str(json.loads(self.text)["detail"] if is_problem else self.value["error"])

    @property
    def ids(self) -> list[str]:
        """The ids of a list."""
        return [one["id"] for one in self.value]

    def way(self, rel: str) -> str | None:
        """Where a `Link` header leads, from our own address on."""
        for part in self.headers.get("Link", "").split(", "):
            if part.endswith(f'rel="{rel}"'):
                return part[1 : part.index(">")].removeprefix(ORIGIN)
        return None


@dataclass
class Caller:
    """Somebody with an app; without a token, a visitor."""

    client: TestClient[web.Request, web.Application]
    token: str | None = None
    actor: Actor | None = None
    account: Account | None = None

    @property
    def id(self) -> str:
        """The account id."""
        assert self.actor is not None
        return str(self.actor.id)

    async def ask(self, method: str, path: str, **options: Any) -> Reply:
        """Send a request; the answer, held to the described shape."""
        headers = options.pop("headers", {})
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}"} | headers
        async with self.client.request(
            method, path, headers=headers, allow_redirects=False, **options
        ) as reply:
            text = await reply.text()
            is_json = reply.content_type == "application/json"
            value = await reply.json() if is_json and text else None
            if is_json and method != "HEAD":
                check_shape(method, path, reply.status, value)
            return Reply(reply.status, reply.headers, text, value)

    async def get(self, path: str, **options: Any) -> Reply:
        """Ask for something, with the status it must have."""
        return await self.must("GET", path, **options)

    async def post(self, path: str, data: Any = None, **options: Any) -> Reply:
        """Do something by a form."""
        return await self.must("POST", path, data=data, **options)

    async def must(self, method: str, path: str, status: int = 200, **options: Any) -> Reply:
        """Ask, and fail unless the answer has that status."""
        reply = await self.ask(method, path, **options)
        assert reply.status == status, f"{method} {path}: {reply.status} {reply.text[:300]}"
        return reply

    async def say(self, text: str, **fields: str) -> dict[str, Any]:
        """Publish a post; its status."""
        reply = await self.post("/api/v1/statuses", {"status": text} | fields)
        return dict(reply.value)


@dataclass
class House:
    """A node whose client API answers on loopback."""

    db: Database
    clock: FakeClock
    client: TestClient[web.Request, web.Application]
    resolver: FakeResolver
    woken: list[None]

    @property
    def visitor(self) -> Caller:
        """Somebody without a token."""
        return Caller(self.client)

    async def person(
        self,
        name: str,
        scopes: str = EVERYTHING,
        *,
        password_hash: str | None = None,
    ) -> Caller:
        """Somebody of this node, with an app."""
        account = await self.db.write(
            create_account,
            origin=ORIGIN,
            name=name,
            email=None,
            password_hash=password_hash,
            role="member",
            keys=KEYS,
            now=NOW,
        )
        actor = await self.db.read(actor_by_id, account.actor_id)
        return await self.with_token(Caller(self.client, None, actor, account), scopes)

    async def with_token(self, caller: Caller, scopes: str) -> Caller:
        """The same somebody with another app, which may do what `scopes` say."""
        assert caller.account is not None
        token = await self.db.write(issue_token, caller.account.id, scopes, NOW)
        return Caller(self.client, token, caller.actor, caller.account)

    async def do(self, doing: Any, *args: Any, **options: Any) -> Any:
        """What a function gives that takes an open transaction."""
        return await self.db.write(run, doing, args, options)


def run(tx: Tx, doing: Any, args: Any, options: Any) -> Any:
    return doing(tx, *args, **options)
