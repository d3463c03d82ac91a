"""A place that keeps what it is sent, whatever it is asked, and says so under its own signature.

No Hedgerow does that, so this is a small server of its own: otto lives there.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from tests.journeys.processes import free_port
from tests.peers.stub import key_of, person_document, signed

ACTIVITY = "application/activity+json"
CONTEXT = "https://www.w3.org/ns/activitystreams"


class Liar:
    """Takes and keeps all that comes, and answers each Delete, also one that a community passes on,
    by a refusal.

    `got` is the kind of each message, of what is passed on that of what is inside; `kept` is all of
    their words.
    """

    def __init__(self) -> None:
        self.origin = f"http://127.0.0.1:{free_port()}"
        self.got: list[str] = []
        self.kept: list[str] = []
        self.answers: list[asyncio.Task[None]] = []

    @property
    def host(self) -> str:
        return self.origin.removeprefix("http://")

    @property
    def otto(self) -> str:
        """The address of the one who lives there."""
        return f"{self.origin}/people/otto"

    async def document(self, request: web.Request) -> web.Response:
        name = request.path.rpartition("/")[2]
        made = person_document(name, self.origin)
        if name == "actor":
            iri = f"{self.origin}/actor"
            made |= {"id": iri, "type": "Application", "inbox": f"{iri}/inbox"}
            made["publicKey"] = made["publicKey"] | {"id": f"{iri}#main-key", "owner": iri}
        return web.json_response(made, content_type=ACTIVITY)

    async def inbox(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.kept.append(json.dumps(activity))
        if activity["type"] == "Announce" and isinstance(activity["object"], dict):
            activity = activity["object"]
        self.got.append(activity["type"])
        if activity["type"] == "Delete" and "receiptTo" in activity:
            self.answers.append(asyncio.create_task(self.refuse(activity)))
        return web.Response(status=202)

    async def refuse(self, delete: dict[str, Any]) -> None:
        me = f"{self.origin}/actor"
        said = {
            "@context": CONTEXT,
            "id": f"{self.origin}/refusals/{len(self.answers)}",
            "type": "Reject",
            "actor": me,
            "object": delete["id"],
        }
        await self.send(f"{delete['receiptTo']}/inbox", said, me)

    async def follow(self, iri: str) -> None:
        """Have otto follow somebody, or ask to belong to a community."""
        said = {
            "@context": CONTEXT,
            "id": f"{self.otto}/follows/1",
            "type": "Follow",
            "actor": self.otto,
            "object": iri,
        }
        await self.send(f"{iri}/inbox", said, self.otto)

    async def send(self, url: str, said: dict[str, Any], actor: str) -> None:
        body, headers = signed(url, json.dumps(said).encode(), key_of(actor), int(time.time()))
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as reply,
        ):
            assert reply.status == 202, await reply.text()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Liar"]:
        """Itself, while it answers."""
        app = web.Application()
        app.router.add_get("/people/otto", self.document)
        app.router.add_get("/actor", self.document)
        app.router.add_post("/inbox", self.inbox)
        app.router.add_post("/people/otto/inbox", self.inbox)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(self.origin.rpartition(":")[2])).start()
        yield self
        await runner.cleanup()
