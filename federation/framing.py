"""What a message of HTTP costs beside its words, counted as it comes: heads, sizes, trailers.

Parsers take what stands before and between the words as it comes: endless heads that only inform
(1xx), a megabyte in chunks of one byte, trailers without end. Seen with aiohttp 3.14.5: each is
kept or worked on, whatever the limits of bodies say (T141).
"""

from collections.abc import Iterator
from typing import Any

from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

PIECE_BYTES = 4_096
"""What is parsed between two looks."""

HEADS_MAX = 8
HEAD_BYTES_MAX = 65_536
FRAMING_BYTES_MAX = 16_384
FRAMING_SHARE = 8
"""Beside 16 KiB, chunk sizes and trailers may be an eighth as long as the words."""


class Framing:
    """The bytes of one message, as they come: its head, then what stands around its words."""

    __slots__ = ("_bytes", "_has_head")

    def __init__(self) -> None:
        self._bytes, self._has_head = 0, False

    def take(self, size: int) -> None:
        """So many bytes have come."""
        self._bytes += size

    def end_head(self) -> None:
        """The head is whole; words may follow."""
        self._bytes, self._has_head = 0, True

    def is_too_much(self, words_bytes: int) -> bool:
        """Whether all that came is more than `words_bytes` of words are worth."""
        if not self._has_head:
            return self._bytes > HEAD_BYTES_MAX
        return self._bytes - words_bytes > FRAMING_BYTES_MAX + words_bytes // FRAMING_SHARE


def pieces(data: bytes) -> Iterator[bytes]:
    """What came, in parts of 4 KiB."""
    if len(data) <= PIECE_BYTES:
        yield data
        return
    for start in range(0, len(data), PIECE_BYTES):
        yield data[start : start + PIECE_BYTES]


class CountedAnswer(ResponseHandler):
    """aiohttp's side of one connection to another server, which closes where too much comes.

    At most 8 heads, the one that counts among them, 64 KiB in all; then little around the words.
    """

    def set_response_params(self, **how: Any) -> None:
        """A request goes out: what comes now is its answer."""
        self._heads, self._framing = 0, Framing()
        super().set_response_params(**how)

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            super().data_received(data)
            return
        for piece in pieces(data):
            self._framing.take(len(piece))
            super().data_received(piece)
            if self._parser is None or self.transport is None:
                return
            if self._is_too_much():
                self.transport.abort()
                self.set_exception(HttpProcessingError(message="Too much around the answer."))
                return

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """One more head has come, with where its words will be."""
        message, _ = data
        self._heads += 1
        if message.code >= 200 or message.code == 101:
            self._framing.end_head()
        if self._heads <= HEADS_MAX:
            super().feed_data(data, size)

    def _is_too_much(self) -> bool:
        """Whether to close. Of what is held back nothing is known yet."""
        if self._heads > HEADS_MAX:
            return True
        words_bytes = self._payload.total_bytes if self._payload is not None else 0
        return not self._reading_paused and self._framing.is_too_much(words_bytes)
