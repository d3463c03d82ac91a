"""What `hedgerow serve` says to whoever starts it."""

import asyncio
import sys

import pytest

from node.base.config import Config, NodeSettings
from node.cli.node import where_to_look
from tests.journeys.processes import NodeProcess

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(60)]


async def serve(node: NodeProcess, shell: str = '"$@"') -> asyncio.subprocess.Process:
    """The node as a shell runs it; `shell` says what becomes of its standard output."""
    words = (sys.executable, "-m", "node", "--data", str(node.folder), "serve")
    return await asyncio.create_subprocess_exec(
        *("sh", "-c", f"exec {shell}", "sh", *words, "--port", str(node.port)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def test_it_says_where_to_look(tmp_path):
    node = NodeProcess(tmp_path / "data")
    await node.make()
    process = await serve(node)

    said = await process.stdout.readline()

    process.terminate()
    assert said.decode() == f"Test is at {node.url} now. Ctrl-C stops it.\n"
    assert await process.wait() == 0


@pytest.mark.threat("T151")
@pytest.mark.parametrize("shell", ['"$@" >&-', '"$@" >/dev/full'])
async def test_it_runs_where_nobody_can_be_told(tmp_path, shell):
    node = NodeProcess(tmp_path / "data")
    await node.make()
    node.process = await serve(node, shell)

    await node.wait_until_ready()

    node.process.terminate()
    assert await node.process.wait() == 0


STARTED = """
import os, sys
import node.__main__ as started
def look(*_):
    found = [os.readlink(f"/proc/self/fd/{number}") for number in range(3)]
    with open(sys.argv[1], "w") as out:
        out.write(" ".join(found))
started.run = look
started.main()
"""


@pytest.mark.threat("T151")
async def test_no_file_of_ours_is_opened_under_the_number_of_a_stream_that_is_closed(tmp_path):
    words = (sys.executable, "-c", STARTED, str(tmp_path / "streams"))
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *words
    )

    assert await process.wait() == 0
    assert (tmp_path / "streams").read_text() == "/dev/null /dev/null /dev/null"


async def test_behind_a_proxy_it_says_where_the_proxy_has_to_lead():
    config = Config(node=NodeSettings(url="https://group.example", name="Our circle"))

    said = where_to_look(config, "::1", 8080)

    assert said.startswith(
        "Our circle is at https://group.example as soon as a proxy there leads to [::1]:8080,"
    )
