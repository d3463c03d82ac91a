"""The listening side of the network: what a connection may cost before it has said anything.

aiohttp has no time limit for headers and bodies that trickle (seen with 3.14.5), no limit of
connections an address, and none of what stands around a body; they are added here (T51, T52, T141).
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Collection
from typing import cast

import aiohttp
from aiohttp import http_parser, web
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from federation.framing import Framing, pieces
from node.base.errors import Refused
from node.http.client_address import client_key, parsed

OLDEST_AIOHTTP = (3, 14, 1)
HEADERS_S_MAX = 10.0
LOOK_EVERY_S = 5.0
BODY_BYTES_PER_S_MIN = 1_024
CONNECTIONS_PER_ADDRESS_MAX = 30
LINE_BYTES_MAX = 8_190
KEEP_ALIVE_S = 75.0
STOP_S = 3.0
ANOTHER_PORT = "Another port: --port, or [web] port in hedgerow.toml."
BACKLOG = 1_024


def check_libraries() -> None:
    """Raise Refused unless the web server below us is safe to listen with (T49, T53)."""
    version = tuple(int(part) for part in aiohttp.__version__.split(".")[:3] if part.isdigit())
    if version < OLDEST_AIOHTTP:
        raise Refused("aiohttp 3.14.1 or newer is needed.")
    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise Refused("aiohttp's fast parser is missing. Install its wheel for this machine.")
    if sys.flags.optimize:
        raise Refused("Python must not run with -O: checks would be left out.")


class Connections:
    """How many connections each address has open; those of our own proxies are not counted."""

    def __init__(self, trusted: Collection[str]) -> None:
        self._trusted = frozenset(map(parsed, trusted)) - {None}
        self._open = Counter[str]()

    def enter(self, address: str) -> bool:
        """Count a new one; False if the address has as many as it may have."""
        if parsed(address) in self._trusted:
            return True
        key = client_key(address)
        if self._open[key] >= CONNECTIONS_PER_ADDRESS_MAX:
            return False
        self._open[key] += 1
        return True

    def leave(self, address: str) -> None:
        """One that was counted has ended."""
        key = client_key(address)
        if parsed(address) not in self._trusted:
            self._open[key] -= 1
            if self._open[key] <= 0:
                del self._open[key]


class GuardedConnection(asyncio.Protocol):
    """aiohttp's connection, watched: headers within 10 s, bodies at 1 KiB/s or more.

    Of headers 64 KiB are taken, and little around a body.
    """

    def __init__(self, inner: RequestHandler, connections: Connections) -> None:
        self._inner, self._connections = inner, connections
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._address = ""
        self._is_counted = False
        self._received = 0
        self._headers_began: float | None = None
        self._framing, self._requests = Framing(), 0
        self._body: StreamReader | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._address = str((transport.get_extra_info("peername") or ("unix",))[0])
        self._is_counted = self._connections.enter(self._address)
        self._headers_began = asyncio.get_running_loop().time()
        self._inner.connection_made(transport)
        if not self._is_counted:
            self._transport.abort()
            return
        self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        for piece in pieces(data):
            self._take(piece)
            if self._transport is None or self._transport.is_closing():
                return
        if self._is_answering():
            self._headers_began = None
        elif self._headers_began is None:
            self._headers_began = asyncio.get_running_loop().time()

    def eof_received(self) -> bool | None:
        self._inner.eof_received()
        return None

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._is_counted:
            self._connections.leave(self._address)
        self._inner.connection_lost(exc)

    def _take(self, piece: bytes) -> None:
        """Have a piece parsed; close where too much stands around the body that it belongs to."""
        inner = self._inner
        if self._body is not None and self._body.is_eof():
            self._framing, self._body = Framing(), None
        self._framing.take(len(piece))
        inner.data_received(piece)
        if inner._request_count != self._requests:
            self._requests = inner._request_count
            self._framing.end_head()
            self._body = inner._messages[-1][1] if inner._messages else None
        body_bytes = self._body.total_bytes if self._body is not None else 0
        is_held = inner._reading_paused or inner._buffer_paused
        if not is_held and self._framing.is_too_much(body_bytes) and self._transport is not None:
            self._transport.abort()

    def _is_answering(self) -> bool:
        """Whether a whole head has come that is not answered yet."""
        return self._inner._current_request is not None or bool(self._inner._messages)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        began, request = self._headers_began, self._inner._current_request
        is_late = began is not None and loop.time() - began >= HEADERS_S_MAX
        is_slow = (
            request is not None
            and not request._payload.is_eof()
            and self._received < BODY_BYTES_PER_S_MIN * LOOK_EVERY_S
        )
        self._received = 0
        if (is_late or is_slow) and self._transport is not None:
            self._transport.abort()
            return
        self._timer = loop.call_later(LOOK_EVERY_S, self._look)


class Listener:
    """A port that an app is served on."""

    def __init__(self, runner: web.AppRunner, server: asyncio.Server) -> None:
        self._runner, self._server = runner, server

    @property
    def port(self) -> int:
        """The port, also where any free one was asked for."""
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more connections, finish what was asked within 3 s, and close."""
        self._server.close()
        await self._runner.cleanup()


async def listen(
    app: web.Application, host: str, port: int, *, trusted: Collection[str] = ()
) -> Listener:
    """Serve `app` on host and port (0: any free one).

    Raises:
        Refused: the port is taken or not ours to use, or the web server is not a safe one.
    """
    check_libraries()
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        keepalive_timeout=KEEP_ALIVE_S,
        max_line_size=LINE_BYTES_MAX,
        max_field_size=LINE_BYTES_MAX,
        shutdown_timeout=STOP_S,
    )
    await runner.setup()
    make, connections = runner.server, Connections(trusted)
    if make is None:
        raise Refused("The web server did not start.")
    try:
        server = await asyncio.get_running_loop().create_server(
            lambda: GuardedConnection(make(), connections), host, port, backlog=BACKLOG
        )
    except OSError as error:
        await runner.cleanup()
        why = error.strerror or error
        raise Refused(f"Cannot listen on {host}:{port}: {why}. {ANOTHER_PORT}") from error
    return Listener(runner, server)
