"""Nodes as processes of their own, on loopback, as an operator runs them."""

import asyncio
import os
import re
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

READY_S = 20.0


FOR_ALL = ("--visibility", "public", "--posting", "anyone")
"""With what a community is made in which anybody reads and writes."""


def free_port(name: str = "127.0.0.1") -> int:
    """A port of a loopback address that nobody listens on."""
    with socket.create_server((name, 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class NodeProcess:
    """One node: its folder, its name and port, and its process while it runs."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None
    name: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"http://{self.name}:{self.port}"

    async def run(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        """One command to its end: exit status, standard output, standard error."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "node",
            "--data",
            str(self.folder),
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(typed.encode())
        return process.returncode or 0, out.decode(), err.decode()

    async def make(self, *people: str) -> dict[str, str]:
        """A fresh node with these people; their tokens."""
        await self.run("init", "--url", self.url, "--name", "Test", "--development")
        tokens = {}
        for name in people:
            await self.run("account", "create", name)
            tokens[name] = (await self.run("token", "create", name))[1].strip()
        return tokens

    async def start(self, stderr: int | None = None, **settings: str) -> None:
        """Run it, and wait until it is ready; `stderr` takes its log."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "node",
            "--data",
            str(self.folder),
            "serve",
            "--host",
            self.name,
            "--port",
            str(self.port),
            env=os.environ | {"HEDGEROW_WEB__RATE_LIMITS": "false"} | settings,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=self.folder.with_suffix(".log").open("ab") if stderr is None else stderr,
        )
        await self.wait_until_ready()

    async def wait_until_ready(self) -> None:
        """Wait until it answers that it can serve."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(READY_S):
            while True:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/readyz") as reply:
                        if reply.status == 200:
                            return
                await asyncio.sleep(0.02)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; how many seconds that took."""
        if self.process is None or self.process.returncode is not None:
            return 0.0
        began = asyncio.get_running_loop().time()
        self.process.send_signal(how)
        await self.process.wait()
        return asyncio.get_running_loop().time() - began


@dataclass
class Phone:
    """Somebody's app."""

    session: aiohttp.ClientSession
    url: str
    token: str

    async def ask(self, method: str, path: str, **form: Any) -> Any:
        """What the client API answers; None where it is not 2xx."""
        headers = {"Authorization": f"Bearer {self.token}", **form.pop("headers", {})}
        async with self.session.request(
            method, self.url + path, data=form or None, headers=headers
        ) as reply:
            return await reply.json() if reply.status < 300 else None

    async def all_of(self, path: str) -> list[Any]:
        """Every item of a list, page by page."""
        found: list[Any] = []
        url = f"{self.url}{path}?limit=40"
        while url:
            headers = {"Authorization": f"Bearer {self.token}"}
            async with self.session.get(url, headers=headers) as reply:
                page = await reply.json()
                found += page
                link = re.search(r'<([^>]*)>; rel="next"', reply.headers.get("Link", ""))
            url = link[1] if link and page else ""
        return found
