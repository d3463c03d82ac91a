"""A silenced place and its keeper, on nodes as they are run: held, let through, reported."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.processes import NodeProcess, Phone
from tests.journeys.test_conversations import found, until

pytestmark = pytest.mark.timeout(600)
MENTIONS = "/api/v1/notifications?types[]=mention"


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[list[NodeProcess]]:
    made = [NodeProcess(tmp_path / name) for name in ("a", "b")]
    async with AsyncExitStack() as stack:
        for node in made:
            stack.push_async_callback(node.end)
        yield made


@pytest.mark.feature("F07")
@pytest.mark.threat("T106")
@pytest.mark.threat("T99")
async def test_what_a_silenced_place_sends_waits_until_it_is_let_through(nodes):
    ours, theirs = nodes
    tokens = [await ours.make("ann"), await theirs.make("bea")]
    host = theirs.url.removeprefix("http://")
    await ours.run("peer", "silence", host)
    await asyncio.gather(*(node.start() for node in nodes))
    async with aiohttp.ClientSession() as session:
        ann = Phone(session, ours.url, tokens[0]["ann"])
        bea = Phone(session, theirs.url, tokens[1]["bea"])
        await bea.ask("POST", "/api/v1/statuses", status=f"Hello @ann@{ours.url[7:]}")

        listed = await until(lambda: held(ours), "it is held")
        before = await ann.ask("GET", MENTIONS)
        number = listed.split()[0]
        passed = await ours.run("held", "pass", number)
        (told,) = await ann.ask("GET", MENTIONS)

        who = await found(ann, f"{theirs.url}/people/bea")
        form = {"account_id": who["id"], "comment": "Rude to ann.", "forward": "true"}
        form["status_ids[]"] = told["status"]["id"]
        await ann.ask("POST", "/api/v1/reports", **form)
        there = await until(lambda: reported(theirs), "it is told")

    assert f"bea@{host}, silenced" in listed
    assert (before, passed) == ([], (0, "1 post is let through.\n", ""))
    assert "Hello" in told["status"]["content"]
    assert f"about bea@{host}" in there
    assert f"by moderators@{ours.url[7:]}" in there
    assert told["status"]["uri"] in there
    assert "by ann" not in there
    assert "Rude" not in there


async def held(node: NodeProcess) -> str:
    printed = (await node.run("held", "list"))[1]
    return "" if printed.startswith("Nothing") else printed


async def reported(node: NodeProcess) -> str:
    printed = (await node.run("report", "list"))[1]
    return "" if printed.startswith("Nothing") else printed
