"""The ActivityPub test suite `activitypub-testing`, run against actors of a node of ours."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.processes import FOR_ALL, NodeProcess, Phone
from tests.peers.nodejs import FOLDER, check_installed, node_program

EXAMINER = FOLDER / "activitypub_testing"


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[NodeProcess]:
    """A node with a person who has said something, and a community."""
    made = NodeProcess(tmp_path / "data")
    tokens = await made.make("ann")
    await made.run(
        "community",
        "create",
        "valley",
        *FOR_ALL,
        "--title",
        "Valley",
        "--organiser",
        "ann",
    )
    await made.start()
    async with aiohttp.ClientSession() as session:
        await Phone(session, made.url, tokens["ann"]).ask("POST", "/api/v1/statuses", status="Hi")
    yield made
    await made.end()


@pytest.mark.parametrize("path", ["/people/ann", "/communities/valley", "/actor"])
async def test_an_actor_of_ours_fails_no_case_of_the_test_suite(node, path):
    check_installed("activitypub_testing")
    process = await asyncio.create_subprocess_exec(
        node_program(),
        "node_modules/activitypub-testing/src/cli.js",
        *("test", "actor", node.url + path),
        cwd=EXAMINER,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )

    out, _ = await process.communicate()

    verdicts = {each["test"]["slug"]: each["result"] for each in map(json.loads, out.splitlines())}
    outcomes = Counter(result["outcome"] for result in verdicts.values())
    assert outcomes == {"passed": 5, "inapplicable": 10}, verdicts
