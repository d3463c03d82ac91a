"""What a connection may cost before anybody knows who it is."""

import asyncio
import socket
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from aiohttp import web

from node.base.errors import Refused
from node.http import listener
from node.http.listener import Connections, listen


async def hello(request: web.Request) -> web.Response:
    body = await request.read()
    return web.Response(text=f"{len(body)}")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hello)
    listening = await listen(app, "127.0.0.1", 0)
    yield listening.port
    await listening.stop()


async def said(port: int, *parts: bytes, pause_s: float = 0.0, wait_s: float = 2.0) -> bytes:
    """What is answered to bytes that are sent as they stand."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)
        return await asyncio.wait_for(reader.read(4_096), wait_s)
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.threat("T49")
@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n",
        b"G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    ],
)
async def test_what_two_servers_could_read_differently_is_refused(port, request_bytes):
    answer = await said(port, request_bytes)

    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))


@pytest.mark.threat("T51")
async def test_long_headers_are_refused(port):
    answer = await said(port, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n")

    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))


@pytest.mark.threat("T52")
async def test_headers_that_trickle_are_cut_off(port, monkeypatch):
    monkeypatch.setattr(listener, "LOOK_EVERY_S", 0.1)
    monkeypatch.setattr(listener, "HEADERS_S_MAX", 0.3)

    answer = await said(port, *[b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 20], pause_s=0.05)

    assert answer == b""


@pytest.mark.threat("T52")
async def test_a_body_that_trickles_is_cut_off(port, monkeypatch):
    monkeypatch.setattr(listener, "LOOK_EVERY_S", 0.1)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"

    answer = await said(port, head, *[b"x"] * 10, pause_s=0.05)

    assert answer == b""


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.threat("T141")
@pytest.mark.parametrize(
    ("head", "more"),
    [
        (CHUNKED, b"1\r\nx\r\n" * 100_000),
        (CHUNKED, (b"1;" + b"a" * 50 + b"\r\nx\r\n") * 10_000),
        (CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 10_000),
        (b"GET / HTTP/1.1\r\n", b"X: " + b"y" * 8_000 + b"\r\n" + b"Y: y\r\n" * 10_000),
    ],
    ids=["chunks of one byte", "long extensions", "trailers", "headers"],
)
async def test_what_stands_around_a_request_is_little_or_the_connection_ends(port, head, more):
    answer = await said(port, head, more, b"\r\n0\r\n\r\n")

    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))


async def test_bodies_in_chunks_of_a_usual_size_are_taken_one_after_the_other(port):
    body = (b"64\r\n" + b"x" * 100 + b"\r\n") * 2_000 + b"0\r\n\r\n"

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(CHUNKED + body)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(6) == b"200000"
    writer.close()


@pytest.mark.threat("T52")
async def test_a_slow_but_steady_body_is_taken(port, monkeypatch):
    monkeypatch.setattr(listener, "LOOK_EVERY_S", 0.1)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\nConnection: close\r\n\r\n"

    answer = await said(port, head, *[b"x" * 400] * 10, pause_s=0.03)

    assert answer.endswith(b"4000")


@pytest.mark.threat("T52")
async def test_an_address_has_thirty_connections_at_most(port):
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(30)]

    refused = await said(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    for _, writer in held:
        writer.close()
    await asyncio.sleep(0.05)
    taken = await said(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    assert refused == b""
    assert taken.startswith(b"HTTP/1.1 200")


def test_our_own_proxy_has_as_many_connections_as_it_needs():
    connections = Connections(["127.0.0.1"])

    assert all(connections.enter("127.0.0.1") for _ in range(100))


@pytest.mark.threat("T49")
def test_an_old_web_server_below_us_is_refused(monkeypatch):
    monkeypatch.setattr(listener.aiohttp, "__version__", "3.13.0")

    with pytest.raises(Refused):
        listener.check_libraries()


@pytest.mark.threat("T49")
async def test_the_slow_parser_is_refused(monkeypatch):
    slow = listener.http_parser.HttpRequestParserPy
    monkeypatch.setattr(listener.http_parser, "HttpRequestParser", slow)

    with pytest.raises(Refused, match="fast parser"):
        await listen(web.Application(), "127.0.0.1", 0)


@pytest.mark.threat("T53")
def test_python_that_leaves_checks_out_is_refused(monkeypatch):
    without = SimpleNamespace(flags=SimpleNamespace(optimize=1))
    monkeypatch.setattr(listener, "sys", without)

    with pytest.raises(Refused, match="-O"):
        listener.check_libraries()


async def test_a_port_that_is_taken_is_refused_with_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match="Cannot listen"):
            await listen(web.Application(), "127.0.0.1", port)
