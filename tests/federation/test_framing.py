"""What stands around an answer is counted as it comes, and a few of everything is enough."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from federation.errors import FetchFailed
from federation.framing import FRAMING_BYTES_MAX, HEAD_BYTES_MAX, PIECE_BYTES, Framing, pieces
from federation.gate import Gate

NOW = 1_800_000_000
HINTS = b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n"
TYPE = b"Content-Type: application/activity+json\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\n" + TYPE + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\n" + TYPE + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
Asking = Callable[[Gate, str], Awaitable[object]]


async def fetch(gate: Gate, url: str) -> object:
    return (await gate.fetch(url)).body


async def deliver(gate: Gate, url: str) -> object:
    return (await gate.post(url, b"{}", {})).status


@asynccontextmanager
async def answering(*parts: bytes, again: bytes = b"") -> AsyncIterator[tuple[str, list[int]]]:
    """A server that says `parts` to whoever asks, and `again` for as long as it is listened to.

    Its address, and how many bytes it could say.
    """
    said = [0]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.readuntil(b"\r\n\r\n")
            for part in parts:
                writer.write(part)
                await writer.drain()
            while again:
                writer.write(again)
                await writer.drain()
                said[0] += len(again)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/1", said
    server.close()


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    made = Gate(now=lambda: NOW, user_agent="Test", development=True, fetch_s_max=5.0)
    yield made
    await made.close()


@pytest.mark.threat("T141")
@pytest.mark.parametrize("ask", [fetch, deliver])
@pytest.mark.parametrize(
    ("parts", "again"),
    [
        ((), HINTS * 400),
        ((), b"HTTP/1.1 102 Processing\r\nX: " + b"y" * 8_000 + b"\r\n\r\n"),
        ((b"HTTP/1.1 200 OK\r\n",), b"X: y\r\n" * 400),
    ],
    ids=["small heads", "large heads", "one head without end"],
)
async def test_what_comes_before_an_answer_ends_after_a_few_heads(gate, ask, parts, again):
    async with answering(*parts, again=again) as (url, said):
        with pytest.raises(FetchFailed, match="connection"):
            await ask(gate, url)
        await asyncio.sleep(0.05)

    assert said[0] < 8_000_000  # what fits into the buffers of two sockets


@pytest.mark.threat("T141")
@pytest.mark.parametrize(
    ("parts", "again"),
    [
        ((CHUNKED,), b"1\r\n \r\n" * 4_000),
        ((CHUNKED,), b"1;" + b"a" * 90 + b"\r\n \r\n"),
        ((CHUNKED, b"2\r\n{}\r\n0\r\n"), b"X: y\r\n" * 400),
    ],
    ids=["chunks of one byte", "long extensions", "trailers"],
)
async def test_what_stands_around_the_words_of_an_answer_is_little(gate, parts, again):
    async with answering(*parts, again=again) as (url, _):
        with pytest.raises(FetchFailed, match="connection"):
            await gate.fetch(url)


@pytest.mark.threat("T141")
@pytest.mark.parametrize("ask", [fetch, deliver])
async def test_a_few_heads_before_an_answer_are_passed_over(gate, ask):
    async with answering(HINTS * 7, WHOLE) as (url, _):
        assert await ask(gate, url) in (b"{}", 200)


@pytest.mark.threat("T141")
@pytest.mark.parametrize(
    "before",
    [HINTS * 9, b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 8_000 + b"\r\n") * 9],
    ids=["nine heads", "a head of 72 KB"],
)
async def test_what_comes_before_an_answer_is_too_much_even_if_it_ends(gate, before):
    whole = WHOLE.partition(b"\r\n")[2] if before.startswith(b"HTTP/1.1 200") else WHOLE
    async with answering(before + whole) as (url, _):
        with pytest.raises(FetchFailed, match="connection"):
            await gate.fetch(url)


async def test_a_long_answer_in_chunks_of_a_usual_size_is_read(gate):
    words = b"x" * 500_000
    parts = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces(words)]

    async with answering(CHUNKED, *parts, b"0\r\n\r\n") as (url, _):
        assert await fetch(gate, url) == words


def test_a_message_is_cut_into_pieces_and_nothing_is_lost():
    words = bytes(range(256)) * 40

    assert b"".join(pieces(words)) == words
    assert max(map(len, pieces(words))) == PIECE_BYTES
    assert list(pieces(b"")) == [b""]


def test_around_long_words_more_may_stand_than_around_short_ones():
    head, body = Framing(), Framing()
    head.take(HEAD_BYTES_MAX)
    body.end_head()
    body.take(FRAMING_BYTES_MAX + 9_000)

    assert (head.is_too_much(0), body.is_too_much(8_000), body.is_too_much(7_000)) == (
        *(False, False),
        True,
    )
