"""A conversation read on a small node is the same as at its origin (F10)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.journeys.processes import FOR_ALL, NodeProcess, Phone

ANSWERS = 12
TRIES = 600
pytestmark = pytest.mark.timeout(600)
"""Nine commands and three nodes start first, which takes a while on a busy machine."""


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[list[NodeProcess]]:
    made = [NodeProcess(tmp_path / name) for name in ("a", "b", "c")]
    async with AsyncExitStack() as stack:
        for node in made:
            stack.push_async_callback(node.end)
        yield made


async def until(question: Any, what: str) -> Any:
    """Ask until the answer is yes."""
    for _ in range(TRIES):
        if answer := await question():
            return answer
        await asyncio.sleep(0.1)
    pytest.fail(f"never: {what}")


async def found(phone: Phone, address: str) -> dict[str, Any]:
    """What an address leads to, at somebody's node."""
    path = f"/api/v2/search?resolve=true&q={address}"

    async def ask() -> Any:
        answer = await phone.ask("GET", path)
        return answer["statuses"] or answer["accounts"]

    return (await until(ask, address))[0]


async def tree(phone: Phone, address: str) -> dict[str, str]:
    """What every post under an address answers, both by their texts."""
    top = await found(phone, address)
    context = await phone.ask("GET", f"/api/v1/statuses/{top['id']}/context")
    texts = {one["id"]: one["content"] for one in [top, *context["descendants"]]}
    return {
        one["content"]: texts.get(one["in_reply_to_id"], "nothing")
        for one in context["descendants"]
    }


@pytest.mark.feature("F10")
async def test_who_comes_late_reads_the_same_conversation_as_at_its_origin(nodes):
    a, b, c = nodes
    ann_token = (await a.make("ann"))["ann"]
    bob_token = (await b.make("bob"))["bob"]
    cee_token = (await c.make("cee"))["cee"]
    for node in nodes:
        await node.start()
    async with aiohttp.ClientSession() as session:
        ann, bob = Phone(session, a.url, ann_token), Phone(session, b.url, bob_token)
        cee = Phone(session, c.url, cee_token)
        them = await found(bob, f"@ann@127.0.0.1:{a.port}")
        await bob.ask("POST", f"/api/v1/accounts/{them['id']}/follow")
        root = await ann.ask("POST", "/api/v1/statuses", status="The beginning")
        there = await found(bob, root["uri"])
        last = {"ann": root["id"], "bob": there["id"]}
        for number in range(ANSWERS):
            at_home = await bob.ask(
                "POST",
                "/api/v1/statuses",
                status=f"@ann@127.0.0.1:{a.port} answer {number}",
                in_reply_to_id=last["bob"],
            )
            if number % 3:
                last["bob"] = at_home["id"]

        async def all_came() -> bool:
            return len(await tree(ann, root["uri"])) == ANSWERS

        await until(all_came, "the answers came to their origin")
        original = await tree(ann, root["uri"])

        async def is_the_same() -> bool:
            return await tree(cee, root["uri"]) == original

        before = await tree(cee, root["uri"])
        await until(is_the_same, "the conversation is the same")
        told = await cee.ask("GET", "/api/v1/notifications")
        at_home = await cee.ask("GET", "/api/v1/timelines/home")

    assert before == {}
    assert len(set(original.values())) > 2
    assert (told, at_home) == ([], [])


@pytest.mark.feature("F10")
async def test_who_joins_late_reads_what_was_said_before(nodes):
    a, b, c = nodes
    ann_token = (await a.make("ann"))["ann"]
    bob_token = (await b.make("bob"))["bob"]
    cee_token = (await c.make("cee"))["cee"]
    await a.run(
        "community",
        "create",
        "walks",
        *FOR_ALL,
        "--title",
        "Walks",
        "--organiser",
        "ann",
    )
    for node in nodes:
        await node.start()
    group = f"@walks@127.0.0.1:{a.port}"
    async with aiohttp.ClientSession() as session:
        ann, bob = Phone(session, a.url, ann_token), Phone(session, b.url, bob_token)
        cee = Phone(session, c.url, cee_token)
        for number in range(3):
            await ann.ask("POST", "/api/v1/statuses", status=f"{group} walk {number}")
        at_b = await found(bob, group)
        await bob.ask("POST", f"/api/v1/accounts/{at_b['id']}/follow")
        await bob.ask("POST", "/api/v1/statuses", status=f"{group} a walk of ours")
        at_a = await found(ann, group)

        async def listed(phone: Phone, account: dict[str, Any]) -> set[str]:
            answer = await phone.ask("GET", f"/api/v1/accounts/{account['id']}/statuses")
            return {(one["reblog"] or one)["uri"] for one in answer}

        async def came() -> bool:
            return len(await listed(ann, at_a)) == 4

        await until(came, "all walks are at the community's home")
        original = await listed(ann, at_a)
        at_c = await found(cee, group)
        await cee.ask("POST", f"/api/v1/accounts/{at_c['id']}/follow")

        async def is_the_same() -> bool:
            return await listed(cee, at_c) == original

        await until(is_the_same, "the community shows the same")
        at_home = await cee.ask("GET", "/api/v1/timelines/home")
        told = await cee.ask("GET", "/api/v1/notifications")

    assert (at_home, told) == ([], [])
