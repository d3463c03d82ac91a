"""A node under attack, and what it is like meanwhile for everybody else.

Lag is what `/healthz` takes longer than a byte that another process sends back: what the machine
and this process do at the time is in both.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from federation.signatures import sign_request
from tests.journeys.processes import NodeProcess, Phone, free_port
from tests.peers.stub import ACTIVITY, key_of, person_document

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ATTACKER, NEIGHBOUR = "203.0.113.9", "198.51.100.1"
"""The addresses that they are seen at, by our own proxy's word."""

LOOK_EVERY_S = 0.02
SEEN_S_MAX, LAG_S_MAX, LAG_P99_S_MAX, MEMORY_MIB_MAX = 5.0, 0.5, 0.05, 256
SHARED_LAG_S_MAX = 2.0
"""On a machine that other tests have as well; without its guard, each attack held it up longer."""

ECHO = """
import asyncio, sys
async def back(reader, writer):
    try:
        while word := await reader.read(1):
            writer.write(word)
    except OSError:
        pass
async def main():
    await (await asyncio.start_server(back, "127.0.0.1", int(sys.argv[1]))).serve_forever()
asyncio.run(main())
"""
numbers = count(1)
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Elsewhere:
    """Another server on loopback, which serves documents and says of whom it is."""

    origin: str = ""
    documents: dict[str, Any] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, answered with a document or 404; a POST is taken."""
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, path, _ = head.split(" ", 2)
            found = self.documents.get(f"{self.origin}{path}")
            body = json.dumps(found).encode()
            status = "202 Accepted" if method == "POST" else "200 OK" if found else "404 Not Found"
            words = f"HTTP/1.1 {status}\r\nContent-Type: {ACTIVITY}\r\nContent-Length: {len(body)}"
            writer.write(f"{words}\r\nConnection: close\r\n\r\n".encode() + body)
            await writer.drain()
        writer.close()

    def person(self, called: str, **changes: Any) -> str:
        """Somebody who lives there; their iri."""
        made = person_document(called, self.origin) | changes
        self.documents[made["id"]] = made
        return str(made["id"])


@asynccontextmanager
async def serving(serve: Serve, *addresses: str) -> AsyncIterator[str]:
    """Answer connections on loopback; `host:port` of the first address."""
    port = free_port()
    server = await asyncio.start_server(serve, addresses or ("127.0.0.1",), port)
    try:
        yield f"{(addresses or ('127.0.0.1',))[0]}:{port}"
    finally:
        server.close()


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """Another server, while it is needed."""
    made = Elsewhere()
    async with serving(made.answer) as host:
        made.origin = f"http://{host}"
        yield made


def note(author: str, text: str, **changes: Any) -> dict[str, Any]:
    """A public post by somebody elsewhere."""
    iri = f"{author}/notes/{next(numbers)}"
    words = {"id": iri, "type": "Note", "attributedTo": author, "content": text, "to": [PUBLIC]}
    return words | changes


def said(kind: str, actor: str, what: Any, **changes: Any) -> dict[str, Any]:
    """An activity by somebody elsewhere."""
    made = {"id": f"{actor}/acts/{next(numbers)}", "type": kind, "actor": actor, "object": what}
    copied = {name: what[name] for name in ("to", "cc") if isinstance(what, dict) and name in what}
    context = "https://www.w3.org/ns/activitystreams"
    return {"@context": context} | made | copied | changes


@dataclass
class Report:
    """What it was like: seconds until an honest message was shown, lag, memory, answers."""

    shown_s: float = 0.0
    lags_s: list[float] = field(default_factory=list)
    memory_mib: float = 0.0

    def lag_s(self, share: float) -> float:
        """The lag that so much of all looks stayed within."""
        return sorted(self.lags_s)[int((len(self.lags_s) - 1) * share)]


def check_bounds(report: Report, *, is_alone: bool) -> None:
    """Hold to what is promised (R9). `is_alone`: nothing else runs on the machine."""
    figures = f"shown after {report.shown_s:.2f} s, lag {report.lag_s(1):.3f} s, p99"
    figures += f" {report.lag_s(0.99):.3f} s of {len(report.lags_s)}, {report.memory_mib:.0f} MiB"
    print(figures)  # noqa: T201 - the figures of the soak, shown with -s or where it fails
    assert report.shown_s <= SEEN_S_MAX, figures
    assert report.lag_s(1) <= (LAG_S_MAX if is_alone else SHARED_LAG_S_MAX), figures
    assert report.memory_mib <= MEMORY_MIB_MAX, figures
    assert not is_alone or report.lag_s(0.99) <= LAG_P99_S_MAX, figures


@dataclass
class Siege:
    """A node with rose on it, and a neighbour with bob, who writes to her."""

    node: NodeProcess
    session: aiohttp.ClientSession
    rose: Phone
    neighbour: Elsewhere
    echo_port: int

    @property
    def inbox(self) -> str:
        return f"{self.node.url}/inbox"

    @property
    def rose_iri(self) -> str:
        return f"{self.node.url}/people/rose"

    def signed(
        self, actor: str, activity: Any, address: str = ATTACKER
    ) -> tuple[bytes, dict[str, str]]:
        """A body and its headers, signed by its actor's key, as seen from an address."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        headers = sign_request("POST", self.inbox, body, key_of(actor), int(time.time()), "cavage")
        return body, headers | {"X-Forwarded-For": address, "Content-Type": ACTIVITY}

    async def send(self, actor: str, activity: Any, address: str = ATTACKER) -> int:
        """Deliver something; the status."""
        return await self.deliver(*self.signed(actor, activity, address))

    async def deliver(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Deliver what is signed already, which costs whoever sends it little."""
        async with self.session.post(self.inbox, data=body, headers=headers) as reply:
            await reply.read()
            return reply.status

    async def seen_s(self) -> float:
        """How long it takes until rose sees what bob writes to her now."""
        bob, text = self.neighbour.person("bob"), f"For you {next(numbers)}"
        tag = {"type": "Mention", "href": self.rose_iri, "name": "@rose"}
        message = said("Create", bob, note(bob, text, cc=[self.rose_iri], tag=[tag]))
        began = time.monotonic()
        while time.monotonic() - began < 6 * SEEN_S_MAX:
            if await self.send(bob, message, address=NEIGHBOUR) == 202:
                break
            await asyncio.sleep(0.5)
        while time.monotonic() - began < 6 * SEEN_S_MAX:
            found = await self.rose.ask("GET", f"/api/v2/search?q={message['object']['id']}")
            if any(text in one["content"] for one in (found or {}).get("statuses", [])):
                return time.monotonic() - began
            await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def under(self, attack: Coroutine[Any, Any, None], lasts_s: float) -> Report:
        """What it is like under an attack that goes on for so long, or until it is done."""
        report = Report()
        await self.seen_s()
        watching = asyncio.create_task(self._watch(report))
        attacking = asyncio.create_task(attack)
        await asyncio.wait([attacking], timeout=lasts_s / 2)
        report.shown_s = await self.seen_s()
        await asyncio.wait([attacking], timeout=lasts_s / 2)
        for task in (attacking, watching):
            task.cancel()
        for ended in await asyncio.gather(attacking, watching, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        return report

    async def _watch(self, report: Report) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.echo_port)
        try:
            while True:
                began = time.monotonic()
                writer.write(b".")
                await reader.readexactly(1)
                echoed = time.monotonic()
                async with self.session.get(f"{self.node.url}/healthz") as reply:
                    await reply.read()
                lag_s = (time.monotonic() - echoed) - (echoed - began)
                report.lags_s.append(max(0.0, lag_s))
                report.memory_mib = max(report.memory_mib, self._memory_mib())
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            writer.close()

    def _memory_mib(self) -> float:
        assert self.node.process is not None
        status = Path(f"/proc/{self.node.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def siege(folder: Path) -> AsyncIterator[Siege]:
    """A node that is ready to be attacked."""
    node, echo_port = NodeProcess(folder / "node"), free_port()
    tokens = await node.make("rose")
    echo = await asyncio.create_subprocess_exec(sys.executable, "-c", ECHO, str(echo_port))
    names = str(Path(__file__).parent / "names")
    await node.start(HEDGEROW_WEB__RATE_LIMITS="true", PYTHONPATH=names)
    connector = aiohttp.TCPConnector(limit=0)
    try:
        async with (
            elsewhere() as neighbour,
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
        ):
            rose = Phone(session, node.url, tokens["rose"])
            yield Siege(node, session, rose, neighbour, echo_port)
    finally:
        await node.end()
        echo.kill()
        await echo.wait()
