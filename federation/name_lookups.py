"""Names are looked up in threads of our own, with a deadline and shares (T143).

The system's look-up cannot be ended, and the event loop has few threads for it: two names whose
servers are silent held up every other name. Here the names below one registered domain hold four
threads at most, and the last threads are for names that were found before.
"""

import asyncio
import socket
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from federation.domains import domain_of

LOOKUPS_MAX = 96
LOOKUPS_RESERVED = 32
LOOKUPS_PER_DOMAIN_MAX = 4
LOOKUP_S_MAX = 5.0
FOUND_KEPT = 10_000
LITERAL = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV

Infos = list[tuple[Any, ...]]
LookUp = Callable[..., Infos]


class NameLookups(AbstractResolver):
    """Resolves names for one event loop. `look_up` is the system's `getaddrinfo`."""

    def __init__(self, look_up: LookUp = socket.getaddrinfo) -> None:
        self._look_up = look_up
        self._running = Counter[str]()
        self._found: OrderedDict[str, None] = OrderedDict()
        self._waiting: set[asyncio.Future[None]] = set()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of `host`, within five seconds.

        Raises:
            OSError: there are none, or nobody says so in time.
        """
        try:
            async with asyncio.timeout(LOOKUP_S_MAX):
                await self._get_place(host)
                infos = await self._start(host, port, family)
        except TimeoutError as error:
            raise socket.gaierror(socket.EAI_AGAIN, "the name's servers are silent") from error
        self._found[host] = None
        self._found.move_to_end(host)
        if len(self._found) > FOUND_KEPT:
            self._found.popitem(last=False)
        return [result_of(host, info) for info in infos]

    async def close(self) -> None:
        """Nothing is held; threads end by themselves, and with the process."""

    async def _get_place(self, host: str) -> None:
        while not self._has_place(host):
            freed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(freed)
            try:
                await freed
            finally:
                self._waiting.discard(freed)

    def _has_place(self, host: str) -> bool:
        most = LOOKUPS_MAX if host in self._found else LOOKUPS_MAX - LOOKUPS_RESERVED
        is_free = self._running.total() < most
        return is_free and self._running[domain_of(host)] < LOOKUPS_PER_DOMAIN_MAX

    def _start(self, host: str, port: int, family: socket.AddressFamily) -> "asyncio.Future[Infos]":
        """Look a name up in a new thread, which keeps its place until the system has answered."""
        loop, domain = asyncio.get_running_loop(), domain_of(host)
        answered: asyncio.Future[Infos] = loop.create_future()
        self._running[domain] += 1

        def run() -> None:
            infos, failure = Infos(), None
            try:
                infos = self._look_up(
                    host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
                )
            except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it is
                failure = error
            try:
                loop.call_soon_threadsafe(self._settle, domain, answered, infos, failure)
            except RuntimeError:
                return  # the loop has ended

        threading.Thread(target=run, name="name-lookup", daemon=True).start()
        return answered

    def _settle(
        self,
        domain: str,
        answered: "asyncio.Future[Infos]",
        infos: Infos,
        failure: Exception | None,
    ) -> None:
        """Give the place back, and the answer to whoever still waits for it."""
        self._running[domain] -= 1
        if self._running[domain] <= 0:
            del self._running[domain]
        for freed in self._waiting:
            if not freed.done():
                freed.set_result(None)
        if answered.done():
            return
        if failure is not None:
            answered.set_exception(failure)
        else:
            answered.set_result(infos)


def result_of(host: str, info: tuple[Any, ...]) -> ResolveResult:
    """One address, as aiohttp has it."""
    family, _, proto, _, address = info
    return ResolveResult(
        hostname=host,
        host=str(address[0]),
        port=int(address[1]),
        family=family,
        proto=proto,
        flags=LITERAL,
    )
