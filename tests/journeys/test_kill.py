"""A node that is killed at any moment has all that it acknowledged, and nothing twice."""

import asyncio
import json
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.journeys.processes import NodeProcess, Phone, free_port
from tests.peers.stub import key_of, person_document, signed

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACTIVITY = "application/activity+json"


@pytest.fixture
async def peer() -> AsyncIterator[str]:
    """A neighbouring server where rose lives; its origin."""
    origin = f"http://127.0.0.1:{free_port()}"
    app = web.Application()

    async def rose(_request: web.Request) -> web.Response:
        return web.json_response(person_document("rose", origin), content_type=ACTIVITY)

    app.router.add_get("/people/rose", rose)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(origin.rpartition(":")[2])).start()
    yield origin
    await runner.cleanup()


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[NodeProcess]:
    made = NodeProcess(tmp_path)
    yield made
    await made.end(signal.SIGKILL)


def note(origin: str, reader: str, number: int) -> dict[str, object]:
    """rose writes to somebody of the node."""
    rose = f"{origin}/people/rose"
    shared = {"to": [PUBLIC], "cc": [reader]}
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{rose}/creates/{number}",
        "type": "Create",
        "actor": rose,
        "object": {
            "id": f"{rose}/notes/{number}",
            "type": "Note",
            "attributedTo": rose,
            "content": f"<p>arrived {number}.</p>",
            "tag": [{"type": "Mention", "href": reader, "name": "@alice"}],
            **shared,
        },
        **shared,
    }


class Load:
    """Writes to a node from two sides, and remembers what the node acknowledged."""

    def __init__(self, node: NodeProcess, token: str, origin: str) -> None:
        self.node, self.token, self.origin = node, token, origin
        self.said: set[int] = set()
        self.arrived: set[int] = set()
        self._number = 0
        self._now = 0

    async def write_until_killed(self, seed: random.Random) -> None:
        """Several writers at once; the node is killed at a moment that the seed chooses."""
        async with aiohttp.ClientSession() as session:
            writers = [asyncio.create_task(self._say(session)) for _ in range(4)]
            writers += [asyncio.create_task(self._deliver(session)) for _ in range(4)]
            await asyncio.sleep(seed.uniform(0.02, 0.4))
            await self.node.end(signal.SIGKILL)
            for writer in writers:
                writer.cancel()
            await asyncio.gather(*writers, return_exceptions=True)

    def next_number(self) -> int:
        self._number += 1
        return self._number

    async def _say(self, session: aiohttp.ClientSession) -> None:
        phone = Phone(session, self.node.url, self.token)
        while True:
            number = self.next_number()
            if await phone.ask("POST", "/api/v1/statuses", status=f"said {number}."):
                self.said.add(number)

    async def _deliver(self, session: aiohttp.ClientSession) -> None:
        url, key = f"{self.node.url}/inbox", key_of(f"{self.origin}/people/rose")
        while True:
            number = self.next_number()
            activity = note(self.origin, f"{self.node.url}/people/alice", number)
            body, headers = signed(url, json.dumps(activity).encode(), key, wall_clock())
            async with session.post(url, data=body, headers=headers) as reply:
                if reply.status == 202:
                    self.arrived.add(number)


def wall_clock() -> int:
    """The node under test is on the machine's clock."""
    return int(time.time())


def numbers(texts: list[str], word: str) -> Counter[int]:
    said = [text.partition(f"{word} ")[2].partition(".")[0] for text in texts if word in text]
    return Counter(int(one) for one in said if one.isdigit())


async def kill_again_and_again(node: NodeProcess, origin: str, times: int) -> None:
    token = (await node.make("alice"))["alice"]
    load, seed = Load(node, token, origin), random.Random(7)
    for _ in range(times):
        await node.start()
        await load.write_until_killed(seed)
    await node.start()
    async with aiohttp.ClientSession() as session:
        phone = Phone(session, node.url, token)
        me = await phone.ask("GET", "/api/v1/accounts/verify_credentials")
        await asyncio.sleep(3)
        mine = await phone.all_of(f"/api/v1/accounts/{me['id']}/statuses")
        handle = f"rose@{origin.partition('://')[2]}"
        rose = await phone.ask("GET", f"/api/v1/accounts/lookup?acct={handle}")
        theirs = await phone.all_of(f"/api/v1/accounts/{rose['id']}/statuses")
        news = await phone.all_of("/api/v1/notifications")
    await node.end()
    said = numbers([one["content"] for one in mine], "said")
    arrived = numbers([one["content"] for one in theirs], "arrived")
    told = numbers([one["status"]["content"] for one in news], "arrived")

    assert load.said
    assert load.arrived
    assert load.said - set(said) == set()
    assert load.arrived - set(arrived) == set()
    assert told
    assert [number for number, times in (said + arrived).items() if times > 1] == []
    assert [number for number, times in told.items() if times > 1] == []
    with sqlite3.connect(node.folder / "hedgerow.db") as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.threat("T110")
@pytest.mark.threat("T111")
@pytest.mark.threat("T126")
@pytest.mark.promise("R1")
async def test_three_kills_under_load_lose_nothing_acknowledged_and_double_nothing(node, peer):
    await kill_again_and_again(node, peer, 3)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.threat("T126")
@pytest.mark.promise("R1")
async def test_a_hundred_kills_under_load_lose_nothing_acknowledged_and_double_nothing(node, peer):
    await kill_again_and_again(node, peer, 100)


async def test_a_node_that_is_told_to_stop_does_so_within_five_seconds(node):
    await node.make("alice")
    await node.start()

    took_s = await node.end(signal.SIGTERM)

    assert took_s < 5
    assert node.process is not None
    assert node.process.returncode == 0
