"""Something is deleted that five places have: three remove it, one is off, one says it will not."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.journeys.processes import free_port
from tests.mirror.conftest import id_of
from tests.mirror.neighbour import Neighbour, neighbour, until
from tests.peers.stub import key_of, person_document, signed

ACTIVITY = "application/activity+json"
LINE = re.compile(r'<bdi dir="ltr">([^<]*)</bdi></strong>:\s*(?:<span class="wrong">)?(\w+)')
pytestmark = pytest.mark.timeout(180)


class Liar:
    """A place that takes what it is sent, and answers each Delete by a refusal that it signs."""

    def __init__(self) -> None:
        self.origin = f"http://127.0.0.1:{free_port()}"
        self.got: list[str] = []
        self.answers: list[asyncio.Task[None]] = []

    @property
    def host(self) -> str:
        return self.origin.removeprefix("http://")

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
        self.got.append(activity["type"])
        if activity["type"] == "Delete":
            self.answers.append(asyncio.create_task(self.refuse(activity)))
        return web.Response(status=202)

    async def refuse(self, delete: dict[str, Any]) -> None:
        me = f"{self.origin}/actor"
        said = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.origin}/refusals/{len(self.answers)}",
            "type": "Reject",
            "actor": me,
            "object": delete["id"],
        }
        await self.send(f"{delete['receiptTo']}/inbox", said, me)

    async def follow(self, iri: str) -> None:
        otto = f"{self.origin}/people/otto"
        said = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{otto}/follows/1",
            "type": "Follow",
            "actor": otto,
            "object": iri,
        }
        await self.send(f"{iri}/inbox", said, otto)

    async def send(self, url: str, said: dict[str, Any], actor: str) -> None:
        body, headers = signed(url, json.dumps(said).encode(), key_of(actor), int(time.time()))
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as reply,
        ):
            assert reply.status == 202, await reply.text()

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/people/otto", self.document)
        app.router.add_get("/actor", self.document)
        app.router.add_post("/inbox", self.inbox)
        app.router.add_post("/people/otto/inbox", self.inbox)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(self.origin.rpartition(":")[2])).start()
        return runner


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    made = Liar()
    runner = await made.start()
    yield made
    await runner.cleanup()


@pytest.fixture
async def places(tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """ann's home, and four other places with cat in each, who follows her."""
    made = [neighbour(tmp_path / name) for name in ("home", "oak", "elm", "ash", "yew")]
    home, *others = made
    await home.make("ann")
    await asyncio.gather(*(one.make("cat") for one in others))
    try:
        await asyncio.gather(*(one.start() for one in made))
        for one in others:
            await one.follow("cat", home.handle("ann"))
        yield made
    finally:
        for one in made:
            await one.end()


@pytest.mark.feature("F12")
async def test_three_remove_it_one_is_off_and_one_refuses_and_then_four_have(places, liar):
    home, oak, elm, ash, yew = places
    await liar.follow(f"{home.url}/people/ann")
    await until_async(lambda: "Accept" in liar.got)
    mine = await home.say("ann", "Known in five places")
    for one in (oak, elm, ash, yew):
        await until(lambda one=one: id_of(one, "cat", "in five places"), f"{one.host} has it")
    await until_async(lambda: "Create" in liar.got)
    await yew.node.end()

    await home.press("ann", f"/delete/{mine['id']}")
    path = re.search(r'href="(/deleted/\d+)"', await home.page("ann", "/deleted"))
    assert path

    async def counted() -> Counter[str]:
        return Counter(dict(LINE.findall(await home.page("ann", path[1]))).values())

    async def has(wanted: dict[str, int]) -> bool:
        return await counted() == wanted

    await until(lambda: has({"removed": 3, "silent": 1, "refuses": 1}), "three have removed it")
    card = await home.do("deletion", "list")
    assert yew.host in card
    assert liar.host in card
    assert oak.host not in card

    await yew.start()
    await until(lambda: has({"removed": 4, "refuses": 1}), "four have removed it")
    assert yew.host not in await home.do("deletion", "list")
    assert await id_of(yew, "cat", "in five places") == ""


async def until_async(question: Any) -> None:
    async def ask() -> bool:
        return bool(question())

    await until(ask, "it came")
