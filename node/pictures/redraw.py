"""Has a picture drawn anew in a process of its own, which ends with it; one at a time.

A bomb, or a decoder that fails, costs that picture and nothing else (T64).
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

import msgspec

from node.base.errors import Busy, Invalid
from node.pictures.forms import ANSWER_BYTES_MAX, UPLOAD_BYTES_MAX, WAIT_S_MAX, Head, Picture, Use

WORKER = ("-I", "-m", "node.pictures.worker")
WAITING_MAX = 8
CHUNK_BYTES = 65_536
REFUSED = "This picture cannot be read, or takes too much work. Make it smaller and send it again."
MANY = "Many pictures are being worked on just now. Try again in a moment."


class Redrawing:
    """Draws pictures anew, one process at a time; as many wait as `WAITING_MAX`."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def redraw(self, body: bytes, use: Use) -> Picture:
        """What somebody sent as a picture, drawn anew for what it is to be used for.

        Raises:
            Invalid: it is no picture, is too large, or takes too much work.
            Busy: too many wait.
        """
        if len(body) > UPLOAD_BYTES_MAX:
            raise Invalid(REFUSED)
        if self._waiting >= WAITING_MAX:
            raise Busy(MANY, retry_after_s=5)
        self._waiting += 1
        try:
            async with self._turn:
                answer = await asked(body, use)
        finally:
            self._waiting -= 1
        return picture_in(answer)


async def asked(body: bytes, use: Use) -> bytes:
    """What the process answers; nothing if it ended, or was ended for taking too long or for saying
    more than any picture has."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *WORKER, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
    )
    try:
        async with asyncio.timeout(WAIT_S_MAX), asyncio.TaskGroup() as tasks:
            tasks.create_task(tell(process, msgspec.json.encode(use) + b"\n" + body))
            answer = tasks.create_task(heard_from(process))
    except TimeoutError:
        return b""
    finally:
        await end(process)
    return answer.result()


async def tell(process: Process, words: bytes) -> None:
    """Give the process what it is to read; if it ends before, its answer says why."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.write(words)
            await process.stdin.drain()
        process.stdin.close()


async def heard_from(process: Process) -> bytes:
    """What the process says until it ends; nothing if that is too much."""
    said = bytearray()
    while process.stdout is not None and (chunk := await process.stdout.read(CHUNK_BYTES)):
        said += chunk
        if len(said) > ANSWER_BYTES_MAX:
            process.kill()
            return b""
    return bytes(said)


async def end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def picture_in(answer: bytes) -> Picture:
    """The picture in an answer of the process.

    Raises:
        Invalid: there is none; the sentence says why.
    """
    line, _, rest = answer.partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=Head)
    except msgspec.MsgspecError:
        raise Invalid(REFUSED) from None
    if head.refused:
        raise Invalid(head.refused)
    if not 0 < head.whole_bytes < len(rest):
        raise Invalid(REFUSED)
    return Picture(
        whole=rest[: head.whole_bytes],
        media_type=head.media_type,
        small=rest[head.whole_bytes :],
        small_media_type=head.small_media_type,
        width=head.width,
        height=head.height,
        blurhash=head.blurhash,
    )
