"""What becomes of the 262 inputs of `fediverse-pasture-inputs`, which end other servers' processes.

A server where the person of the inputs lives sends them, signed, to a node that runs; ann follows
her there. The table tests/wire/pasture.tsv says what each came to: shown, or refused with a reason.
`make outcomes` writes it anew.
"""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.journeys.processes import NodeProcess, Phone, free_port
from tests.journeys.test_fedify import soon
from tests.peers.pasture import assets, creates, sets
from tests.peers.stub import key_of, person_document, signed
from tests.wire_tables import IS_WRITING, WIRE

TABLE = WIRE / "pasture.tsv"
HEAD = ("input", "outcome", "reason")
ACTIVITY = "application/activity+json"


@dataclass
class Pasture:
    """The server of the inputs, and a node where ann follows its person."""

    origin: str
    received: list[dict[str, Any]]
    node: NodeProcess
    ann: Phone

    async def send(self, activity: dict[str, Any]) -> tuple[int, str]:
        """Send one signed activity to the node; the status and what it says."""
        url = f"{self.node.url}/inbox"
        key = key_of(f"{self.origin}/actor")
        body, headers = signed(url, activity, key, int(time.time()))
        async with self.ann.session.post(url, data=body, headers=headers) as reply:
            return reply.status, await reply.text()

    async def find(self, iri: str) -> dict[str, Any] | None:
        """The status made of the object at `iri`, if there is one."""
        found = await self.ann.ask("GET", f"/api/v2/search?type=statuses&q={iri}")
        return next(iter(found["statuses"]), None) if found else None

    async def follow(self) -> None:
        """Have ann follow the person, and be told that she may."""
        person = f"{self.origin}/actor"
        found = await self.ann.ask("GET", f"/api/v2/search?resolve=true&q={person}")
        followed = found["accounts"][0]["id"]
        await self.ann.ask("POST", f"/api/v1/accounts/{followed}/follow")

        async def asked() -> dict[str, Any] | None:
            return next((each for each in self.received if each["type"] == "Follow"), None)

        accept = {"id": f"{person}/accept", "type": "Accept", "actor": person}
        await self.send(accept | {"object": await soon(asked)})

    async def send_all(self) -> dict[str, tuple[str, str]]:
        """Send every input, and see what became of it: the outcome and the reason."""
        reader, outcomes, taken = f"{self.node.url}/people/ann", {}, {}
        for name, create in creates(self.origin, reader):
            status, text = await self.send(create)
            assert status < 500, name
            if status == 202:
                taken[name] = create["object"].get("id")
                kind = create["object"].get("type", "no type")
                outcomes[name] = ("ignored", f"kept as nothing: {kind}")
            else:
                outcomes[name] = ("refused", json.loads(text)["detail"])
        await self.until_all_are_applied()
        for name, iri in taken.items():
            if iri and await self.find(iri) is not None:
                outcomes[name] = ("shown", "a follower sees it")
        return outcomes

    async def until_all_are_applied(self) -> None:
        """Wait until what was sent last is there: one origin's messages are applied in order."""
        iri = f"{self.origin}/notes/last"
        note = {
            "id": iri,
            "type": "Note",
            "attributedTo": f"{self.origin}/actor",
            "content": "Last",
        }
        address = {"to": [f"{self.node.url}/people/ann"]}
        create = {"id": f"{iri}/create", "type": "Create", "actor": f"{self.origin}/actor"}
        await self.send(create | address | {"object": note | address})
        await soon(lambda: self.find(iri))


@pytest.fixture
async def pasture(tmp_path: Path) -> AsyncIterator[Pasture]:
    origin, received = f"http://127.0.0.1:{free_port()}", list[dict[str, Any]]()
    runner = await serve(origin, received)
    node = NodeProcess(tmp_path / "data")
    try:
        tokens = await node.make("ann")
        await node.start()
        async with aiohttp.ClientSession() as session:
            made = Pasture(origin, received, node, Phone(session, node.url, tokens["ann"]))
            await made.follow()
            yield made
    finally:
        await node.end()
        await runner.cleanup()


async def serve(origin: str, received: list[dict[str, Any]]) -> web.AppRunner:
    """The server of the inputs: its person, what is answered and quoted, and what it received."""
    actor = person_document("actor", origin)
    person = f"{origin}/actor"
    actor |= {"id": person, "followers": f"{person}/followers", "inbox": f"{origin}/inbox"}
    actor["publicKey"] |= {"id": f"{person}#main-key", "owner": person}
    known = assets(origin) | {"/actor": actor}

    async def answer(request: web.Request) -> web.Response:
        found = known.get(request.path)
        return web.json_response(found, content_type=ACTIVITY, status=200 if found else 404)

    async def take(request: web.Request) -> web.Response:
        received.append(json.loads(await request.read()))
        return web.Response(status=202)

    app = web.Application()
    app.router.add_post("/inbox", take)
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(origin.rpartition(":")[2])).start()
    return runner


def test_the_inputs_are_all_there():
    assert (len(sets()), sum(map(len, sets().values()))) == (22, 262)


@pytest.mark.feature("J3.7")
@pytest.mark.timeout(300)
async def test_each_input_is_shown_or_refused_by_name_and_the_node_stays_well(pasture):
    found = await pasture.send_all()

    if IS_WRITING:
        rows = [HEAD, *((name, *outcome) for name, outcome in found.items())]
        TABLE.write_text("\n".join(map("\t".join, rows)) + "\n")
    lines = TABLE.read_text().splitlines()[1:]
    assert found == {name: (*rest,) for name, *rest in (line.split("\t") for line in lines)}
    async with pasture.ann.session.get(f"{pasture.node.url}/readyz") as reply:
        assert reply.status == 200
