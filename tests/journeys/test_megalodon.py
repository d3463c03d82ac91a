"""A library that apps are made with finds out by itself how to speak to a node of ours."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.processes import NodeProcess, Phone
from tests.peers.nodejs import FOLDER, check_installed, node_program


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[tuple[NodeProcess, str]]:
    """A node with a person who has said something, and their token."""
    made = NodeProcess(tmp_path / "data")
    tokens = await made.make("ann")
    await made.start()
    async with aiohttp.ClientSession() as session:
        await Phone(session, made.url, tokens["ann"]).ask("POST", "/api/v1/statuses", status="Hi")
    yield made, tokens["ann"]
    await made.end()


async def test_megalodon_takes_a_node_for_what_it_speaks_and_reads_there(node):
    check_installed("megalodon")
    place, token = node
    process = await asyncio.create_subprocess_exec(
        node_program(),
        *("app.js", place.url, token),
        cwd=FOLDER / "megalodon",
        stdout=asyncio.subprocess.PIPE,
    )

    out, _ = await process.communicate()

    assert json.loads(out) == {"kind": "mastodon", "name": "ann", "said": ["<p>Hi</p>"]}
