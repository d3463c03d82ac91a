"""A backup as one stream of bytes: named members in a tar that is packed with gzip.

So what is in a backup can be read without Hedgerow: `age -d -i KEY FILE | tar xz`.
"""

import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator

from node.base.errors import Refused

LEVEL = 3
AS_GZIP = 31
"""What zlib calls a stream with the head and foot of gzip."""

BLOCK = tarfile.BLOCKSIZE
MEMBER_BYTES_MAX = 64 * 1_048_576
STEP_BYTES_MAX = 1_048_576
DAMAGED = "The backup is damaged: a part of it is missing or changed."

Member = tuple[str, bytes]
"""Name and content."""


def packed(members: Iterable[Member], made_at: int) -> Iterator[bytes]:
    """The members as the bytes of a file, a part at a time."""
    packer = zlib.compressobj(LEVEL, wbits=AS_GZIP)
    for name, content in members:
        head = tarfile.TarInfo(name)
        head.size, head.mtime, head.mode = len(content), made_at, 0o600
        yield packer.compress(head.tobuf(tarfile.USTAR_FORMAT))
        yield packer.compress(content)
        yield packer.compress(bytes(-len(content) % BLOCK))
    yield packer.compress(bytes(2 * BLOCK))
    yield packer.flush()


class Unpacker:
    """Takes such a stream a part at a time, and gives each member to `take` once it is whole."""

    def __init__(self, take: Callable[[str, bytes], None]) -> None:
        self._take = take
        self._unpacker = zlib.decompressobj(AS_GZIP)
        self._held = bytearray()
        self._is_over = False

    def write(self, part: bytes) -> None:
        """Take the next part.

        Raises:
            Refused: it is no such stream; and whatever `take` raises.
        """
        try:
            while part:
                self._held += self._unpacker.decompress(part, STEP_BYTES_MAX)
                part = self._unpacker.unconsumed_tail
                self._cut()
        except (zlib.error, tarfile.HeaderError) as error:
            raise Refused(DAMAGED) from error

    def finish(self) -> None:
        """Raise Refused unless the stream was whole."""
        if not (self._is_over and self._unpacker.eof):
            raise Refused(DAMAGED)

    def _cut(self) -> None:
        while not self._is_over and len(self._held) >= BLOCK:
            head_bytes = bytes(self._held[:BLOCK])
            if not any(head_bytes):
                self._is_over = True
                return
            head = tarfile.TarInfo.frombuf(head_bytes, "utf-8", "strict")
            if head.size > MEMBER_BYTES_MAX:
                raise Refused(DAMAGED)
            if len(self._held) < BLOCK + head.size + -head.size % BLOCK:
                return
            content = bytes(self._held[BLOCK : BLOCK + head.size])
            del self._held[: BLOCK + head.size + -head.size % BLOCK]
            self._take(head.name, content)
