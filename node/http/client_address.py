"""The address of whoever asks: what limits count by, and what nobody can make up (T50, T150).

Our own proxies say on whose behalf they ask. Their word counts from the last hop back, over all
lines of the one header that they write; whatever stands before the first hop that is not ours was
written by a stranger.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from node.http.services import CLIENT

CLIENT_NETWORK_BITS = 64
NETWORK_BITS = {4: 24, 6: 48}
UNKNOWN = "unknown"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def client_of(
    request: web.Request, trusted: Collection[str], header: str = hdrs.X_FORWARDED_FOR
) -> str:
    """The address that limits count for: the last one that is not a proxy of ours.

    `header` is the one that the proxies write, X-Forwarded-For or Forwarded (RFC 7239); the other
    may be anybody's and is not read. IPv6 is cut to its /64, which is what one household has. A
    hop that is no address is `unknown`: all of those count together.
    """
    ours = {str(found) for one in trusted if (found := parsed(one)) is not None}
    peer = parsed(request.remote or "")
    for hop in hops_backwards(request.headers.getall(header, []), header):
        if peer is None or str(peer) not in ours:
            break
        peer = parsed(without_port(hop))
    return key_of(peer)


def hops_backwards(lines: Collection[str], header: str) -> Iterator[str]:
    """Each hop of a header, the last first; one line may name several, and many lines are one."""
    for hop in reversed(",".join(lines).split(",")):
        if header.lower() != "forwarded":
            if hop.strip():
                yield hop.strip()
        elif pairs := [part.partition("=") for part in hop.split(";") if part.strip()]:
            named = {name.strip().lower(): value.strip() for name, _, value in pairs}
            yield named.get("for", "")


def without_port(hop: str) -> str:
    """The address in a hop that may have quotes, brackets and a port (RFC 7239 section 6)."""
    text = hop.strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, _, port = text.partition(":")
    return host if port.isdigit() else text


def client_key(address: str) -> str:
    """An address as limits know it."""
    return key_of(parsed(address))


def key_of(found: IPv4Address | IPv6Address | None) -> str:
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found) >> 64 << 64, CLIENT_NETWORK_BITS)))
    return str(found) if found is not None else UNKNOWN


def network_of(client: str) -> str:
    """The network that a client is in: what one provider gives to one customer or a few.

    That is /24 of IPv4 and /48 of IPv6; what is no address is a network by itself.
    """
    try:
        network = ip_network(client)
    except ValueError:
        return UNKNOWN
    bits = min(NETWORK_BITS[network.version], network.prefixlen)
    return str(network.supernet(new_prefix=bits))


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An address, or None for what is none; IPv4 in the clothes of IPv6 is IPv4."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def note_client(trusted: Collection[str], header: str) -> Middleware:
    """A middleware that puts the client's address, as limits know it, into the request."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[CLIENT] = client_of(request, trusted, header)
        return await handler(request)

    return middleware
