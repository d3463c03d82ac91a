"""Hands documents in other words than ours to a process that can be ended, one at a time.

The process is started with the first such document and ended after a quiet minute, so that a node
that meets none pays nothing, and one that meets poison pays 250 ms of CPU for it.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

import msgspec

from federation.errors import Malformed, Overloaded
from federation.jsonld.plain import is_plain
from federation.limits import JSONLD_ANSWER_BYTES_MAX, JSONLD_S_MAX, JSONLD_WAITING_MAX
from federation.strictjson import Json

QUIET_S = 60.0
WORKER = ("-I", "-m", "federation.jsonld.worker")
REFUSED = "The document is written in words that cannot be read here."


class Expander:
    """Reads documents in other words than ours, in one process at most. Close it at the end."""

    def __init__(self, *, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._end: asyncio.TimerHandle | None = None
        self._waiting = 0

    async def plain(self, value: Json) -> Json:
        """A document in the names of our profile: itself if it is written so, else translated.

        What is translated has no `proof` and no `signature`, because they are over other bytes.

        Raises:
            Malformed: it cannot be read, takes more work than allowed, or gives a name of
                ActivityStreams or of the security vocabulary another meaning.
            Overloaded: as many documents wait as may.
        """
        if is_plain(value):
            return value
        if self._waiting >= JSONLD_WAITING_MAX:
            raise Overloaded
        self._waiting += 1
        try:
            async with self._turn:
                return await self._translated(value)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if self._end is not None:
            self._end.cancel()
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _translated(self, value: Json) -> Json:
        process = await self._started()
        try:
            async with asyncio.timeout(JSONLD_S_MAX):
                answer = await ask(process, msgspec.json.encode(value))
        except (TimeoutError, OSError, ValueError, asyncio.CancelledError) as error:
            await self.close()
            if isinstance(error, asyncio.CancelledError):
                raise
            raise Malformed(REFUSED) from error
        if not answer.endswith(b"\n"):
            await self.close()
        self._end_when_quiet()
        if not answer.strip():
            raise Malformed(REFUSED)
        return msgspec.json.decode(answer)

    async def _started(self) -> Process:
        if self._end is not None:
            self._end.cancel()
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *WORKER,
                stdin=PIPE,
                stdout=PIPE,
                limit=JSONLD_ANSWER_BYTES_MAX,
            )
        return self._process

    def _end_when_quiet(self) -> None:
        self._end = asyncio.get_running_loop().call_later(self._quiet_s, self._let_go)

    def _let_go(self) -> None:
        """Let the process see the end of its input, and so end; the next document gets another."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()


async def ask(process: Process, document: bytes) -> bytes:
    """What the process answers, with a line end; without one if it ended instead."""
    if process.stdin is None or process.stdout is None:
        return b""
    process.stdin.write(document + b"\n")
    await process.stdin.drain()
    return await process.stdout.readline()
