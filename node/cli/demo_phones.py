"""The phones of the demonstration's people, which tell its story by the client API."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from node.base.errors import Refused
from node.cli.demo_story import CHATTER, COMMUNITIES, NODES, STORY, Line, NodePlan

SEEN_S = 30.0
CHATTER_EVERY_S = 6.0


@dataclass(frozen=True, slots=True)
class Running:
    """One node of the demonstration: where it answers, and its people's tokens."""

    plan: NodePlan
    url: str
    tokens: Mapping[str, str]


async def tell_all(session: aiohttp.ClientSession, nodes: list[Running], once: bool) -> None:
    """The first conversation, and then a line now and again."""
    by_person = {name: node for node in nodes for name in node.tokens}
    said: dict[str, str] = {}
    for line in STORY:
        await tell(session, by_person, said, line)
    if once:
        return
    while True:
        for line in CHATTER:
            await asyncio.sleep(CHATTER_EVERY_S)
            await tell(session, by_person, said, line)


async def tell(
    session: aiohttp.ClientSession,
    by_person: Mapping[str, Running],
    said: dict[str, str],
    line: Line,
) -> None:
    """Let one person do one thing, waiting until what it needs has come to their node."""
    node = by_person[line.person]
    names = {name: f"@{name}@127.0.0.1:{by_person[name].plan.port}" for name in by_person}
    groups = {
        str(group["name"]): f"@{group['name']}@127.0.0.1:{plan.port}"
        for plan in NODES
        for group in COMMUNITIES.get(plan.name, ())
    }
    app = App(session, node.url, node.tokens[line.person])
    if line.deed == "follow":
        await app.follow((names | groups)[line.about])
        return
    target = await app.find(said[line.about]) if line.about else None
    if line.deed in ("favourite", "reblog"):
        await app.ask("POST", f"/api/v1/statuses/{target}/{line.deed}")
        return
    text = line.text.format(**names, **groups)
    form = {"status": text, "in_reply_to_id": target} if target else {"status": text}
    made = await app.ask("POST", "/api/v1/statuses", form)
    if line.name:
        said[line.name] = made["uri"]


class App:
    """One person's phone."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session, self._url = session, url
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Any:
        """One request to the client API.

        Raises:
            Refused: the node says no.
        """
        async with self._session.request(
            method, self._url + path, data=form, headers=self._headers
        ) as reply:
            body = await reply.read()
        if reply.status >= 400:
            raise Refused(f"{method} {path} was answered with {reply.status}.")
        return msgspec.json.decode(body)

    async def follow(self, handle: str) -> None:
        """Find somebody or a community, and follow or join."""
        found = await self._search(handle, "accounts")
        await self.ask("POST", f"/api/v1/accounts/{found}/follow")

    async def find(self, uri: str) -> str:
        """The id, on this node, of a post made on any."""
        return await self._search(uri, "statuses")

    async def _search(self, query: str, kind: str) -> str:
        path = f"/api/v2/search?resolve=true&type={kind}&q={query.replace('#', '%23')}"
        for _ in range(int(SEEN_S)):
            found = (await self.ask("GET", path))[kind]
            if found:
                return str(found[0]["id"])
            await asyncio.sleep(1)
        raise Refused(f"{query} was not found.")
