"""Which addresses may be connected to: an allow-first list of our own (threat T36).

`ipaddress.is_global` of CPython 3.11 takes `::127.0.0.1`, `64:ff9b::7f00:1`, `2002:7f00:1::` and
multicast for global, so it is not asked.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

IPV4_REFUSED = tuple(
    IPv4Network(block)
    for block in """0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
    192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16
    192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4""".split()
)
IPV6_ALLOWED = IPv6Network("2000::/3")
IPV6_REFUSED = tuple(
    IPv6Network(block)
    for block in """2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20""".split()
)
LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet")
LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class RefusedAddress(OSError):
    """An address that is not connected to."""


def is_public(address: str) -> bool:
    """Whether a literal address, as the socket is given it, is on the public Internet.

    Anything that is not a plain literal is not. IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4,
    Teredo) is not either: no honest peer is reached like that.
    """
    found = parsed(address)
    if isinstance(found, IPv4Address):
        return not any(found in block for block in IPV4_REFUSED)
    if isinstance(found, IPv6Address):
        return found in IPV6_ALLOWED and not any(found in block for block in IPV6_REFUSED)
    return False


def is_loopback(address: str) -> bool:
    """Whether a literal address is this machine itself."""
    found = parsed(address)
    return found is not None and any(
        found in block for block in LOOPBACK if block.version == found.version
    )


def is_public_url(url: str, iri: str) -> bool:
    """Whether somebody's browser or app may be told to load `url`: https, on a public host.

    Names of this machine or of one's own network are no public host, and nothing stands before the
    host. For what comes from an `iri` with http, as only nodes under development have it, this
    machine counts as well.
    """
    try:
        parts = urlsplit(url)
        host, is_plain = parts.hostname or "", "@" not in parts.netloc
    except ValueError:
        return False
    if iri.startswith("http://") and is_loopback(host):
        return parts.scheme in ("http", "https") and is_plain
    return parts.scheme == "https" and is_plain and is_public_host(host)


def is_public_host(host: str) -> bool:
    """Whether a host is a public address, or a name that is looked up in the public DNS."""
    if parsed(host) is not None:
        return is_public(host)
    name = host.rstrip(".").lower()
    last = name.rpartition(".")[2]
    is_name = name.isascii() and "." in name and not last[:1].isdigit()
    return is_name and not f".{name}".endswith(LOCAL_NAMES)


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None
