"""Connections that go only where they may: the address that is checked is the one connected to.

What a name resolves to is looked at, and every socket is looked at again just before it connects,
so that neither a literal address nor a name that changes between two looks gets past (threats T36,
T37).
"""

import logging
import socket
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from federation.address_guard import RefusedAddress, is_loopback, is_public
from federation.errors import FetchFailed
from federation.framing import CountedAnswer
from federation.name_lookups import NameLookups
from federation.signatures import url_as_sent

log = logging.getLogger(__name__)

CONNECTIONS_MAX = 512
CONNECTIONS_PER_HOST_MAX = 4
KEEP_ALIVE_S = 60.0


class Guard:
    """Which addresses may be connected to."""

    def __init__(self, *, development: bool, allowed_hosts: Collection[str]) -> None:
        """`development` lets this machine through; `allowed_hosts` are `host:port`, as listed."""
        self._development, self._allowed = development, frozenset(allowed_hosts)

    def is_listed(self, host: str | None, port: int) -> bool:
        """Whether the operator has listed that host and port."""
        return f"{host}:{port}" in self._allowed

    def may_connect(self, address: str) -> bool:
        """Whether a literal address may be connected to."""
        return is_public(address) or (self._development and is_loopback(address))

    def make_socket(self, address_info: Any) -> socket.socket:
        """A socket for one address of one attempt: the last look, which literals pass as well."""
        family, kind, protocol, _, address = address_info
        host = str(address[0]).partition("%")[0]
        if not (self.may_connect(host) or self.is_listed(host, address[1])):
            raise RefusedAddress
        return socket.socket(family=family, type=kind, proto=protocol)


def guarded_connector(
    guard: Guard, ca_file: str | None, resolver: AbstractResolver | None
) -> aiohttp.TCPConnector:
    """All connections of one gate; `ca_file` adds an authority to those the machine trusts."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return GuardedConnector(
        ssl=context,
        limit=CONNECTIONS_MAX,
        limit_per_host=CONNECTIONS_PER_HOST_MAX,
        keepalive_timeout=KEEP_ALIVE_S,
        resolver=GuardedResolver(resolver or NameLookups(), guard.may_connect),
        socket_factory=guard.make_socket,
    )


class GuardedConnector(aiohttp.TCPConnector):
    """Connections whose answers are counted as they come (T141)."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._factory: Any = partial(CountedAnswer, loop=self._loop)


class GuardedResolver(AbstractResolver):
    """Names resolved as usual; if any answer may not be connected to, none is used (T37)."""

    def __init__(self, inner: AbstractResolver, may_connect: Callable[[str], bool]) -> None:
        self._inner, self._may_connect = inner, may_connect

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of `host`, all of which may be connected to."""
        found = await self._inner.resolve(host, port, family)
        if not all(self._may_connect(str(one["host"])) for one in found):
            raise RefusedAddress
        return found

    async def close(self) -> None:
        """Let go of the resolver."""
        await self._inner.close()


@contextmanager
def on_the_line() -> Iterator[None]:
    """Turn whatever goes wrong with another server into a FetchFailed.

    What no client of HTTP should do goes to the log as well. It fails the one request all the same:
    a host whose answers break the client is one to leave alone for a while, like any that fails.
    """
    try:
        yield
    except FetchFailed:
        raise
    except Exception as error:
        if not isinstance(error, aiohttp.ClientError | OSError):
            log.exception("An answer broke the client.")
        raise FetchFailed(word_for(error)) from error


def word_for(error: Exception) -> str:
    """The one word for what went wrong on the line."""
    for one in (error, error.__cause__, getattr(error, "os_error", None)):
        if isinstance(one, RefusedAddress):
            return "refused-address"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls"
    return "connection"


def untouched(url: str) -> URL:
    """An address that goes out as it is signed; tidied up, it would be another one."""
    return URL(url_as_sent(url), encoded=True)
