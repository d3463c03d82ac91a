"""Nothing that only reports stops a node: a log on a full disk, a closed pipe, one nobody reads."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.processes import NodeProcess

REQUESTS = 300


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[NodeProcess]:
    made = NodeProcess(tmp_path / "node")
    await made.make()
    yield made
    await made.end(signal.SIGKILL)


@contextmanager
def log_to(kind: str) -> Iterator[int]:
    """A standard error of that kind."""
    if kind == "full disk":
        descriptors = [os.open("/dev/full", os.O_WRONLY)]
    else:
        descriptors = list(os.pipe())[::-1]
        if kind == "closed pipe":
            os.close(descriptors.pop())
    try:
        yield descriptors[0]
    finally:
        for one in descriptors:
            with suppress(OSError):
                os.close(one)


@pytest.mark.threat("T151")
@pytest.mark.parametrize("kind", ["full disk", "closed pipe", "pipe that nobody reads"])
async def test_a_node_serves_and_stops_well_whatever_becomes_of_its_log(node, kind):
    with log_to(kind) as stderr:
        await node.start(stderr, HEDGEROW_LOG__LEVEL="debug")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            for _ in range(REQUESTS):  # each leaves a line of some hundred bytes
                headers = {"Signature": "keyId=x", "Content-Type": "application/activity+json"}
                async with session.post(f"{node.url}/inbox", data=b"{}", headers=headers) as reply:
                    assert reply.status == 401
            async with session.get(f"{node.url}/readyz") as reply:
                assert reply.status == 200
        took_s = await node.end()

    assert node.process.returncode == 0
    assert took_s < 10
