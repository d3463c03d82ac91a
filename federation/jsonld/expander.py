"""Hands documents in other words than ours to a process that can be ended, one at a time.

The process is started with the first such document and ended after a quiet minute, so that a node
that meets none pays nothing, and one that meets poison pays 250 ms of CPU for it.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from dataclasses import dataclass, field

import msgspec

from federation.errors import Malformed, Overloaded
from federation.jsonld.plain import is_plain
from federation.limits import (
    JSONLD_ANSWER_BYTES_MAX,
    JSONLD_S_MAX,
    JSONLD_SHARE_BYTES_MAX,
    JSONLD_SHARE_WAITING_MAX,
    JSONLD_WAITING_MAX,
)
from federation.strictjson import Json

QUIET_S = 60.0
SHARE_WINDOW_S = 300.0
SHARES_KEPT = 1_000
REFUSED_COSTS_BYTES = 262_144
WORKER = ("-I", "-m", "federation.jsonld.worker")
REFUSED = "The document is written in words that cannot be read here."


@dataclass(slots=True)
class Share:
    """What one domain has of the translating."""

    since: float
    is_counted: bool
    waiting: int = 0
    spent_bytes: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_used_up(self) -> bool:
        """Whether nothing more may wait."""
        is_spent = self.spent_bytes >= JSONLD_SHARE_BYTES_MAX
        return self.is_counted and (self.waiting >= JSONLD_SHARE_WAITING_MAX or is_spent)


class Expander:
    """Reads documents in other words than ours, in one process at most. Close it at the end."""

    def __init__(self, *, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._end: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._shares: OrderedDict[str, Share] = OrderedDict()

    async def plain(self, value: Json, whose: str = "") -> Json:
        """A document in the names of our profile: itself if it is written so, else translated.

        `whose` is the registered domain that sends it. Each has one document at a time among those
        that wait their turn, eight in all, and 8 MiB in five minutes (T143). What is refused counts
        as much as the largest that may come, because it took all the time that it may.

        What is translated has no `proof` and no `signature`, because they are over other bytes.

        Raises:
            Malformed: it cannot be read, takes more work than allowed, or gives a name of
                ActivityStreams or of the security vocabulary another meaning.
            Overloaded: as many documents wait as may, or as many of that domain.
        """
        if is_plain(value):
            return value
        share = self._share_of(whose)
        if self._waiting >= JSONLD_WAITING_MAX or share.is_used_up():
            raise Overloaded
        self._waiting += 1
        share.waiting += 1
        try:
            async with share.turn, self._turn:
                document = msgspec.json.encode(value)
                share.spent_bytes += len(document)
                return await self._translated(document)
        except Malformed:
            share.spent_bytes += REFUSED_COSTS_BYTES
            raise
        finally:
            self._waiting -= 1
            share.waiting -= 1

    def _share_of(self, whose: str) -> "Share":
        """What a domain has used up in these five minutes; our own documents have no share."""
        now = asyncio.get_running_loop().time()
        share = self._shares.get(whose)
        if (
            share is None
            or not whose
            or (now - share.since >= SHARE_WINDOW_S and not share.waiting)
        ):
            share = Share(now, is_counted=bool(whose))
        if whose:
            self._shares[whose] = share
            self._shares.move_to_end(whose)
            if len(self._shares) > SHARES_KEPT:
                self._shares.popitem(last=False)
        return share

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if self._end is not None:
            self._end.cancel()
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _translated(self, document: bytes) -> Json:
        process = await self._started()
        try:
            async with asyncio.timeout(JSONLD_S_MAX):
                answer = await ask(process, document)
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
