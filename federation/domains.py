"""The domain that somebody registered, for shares: a thousand names below it cost nothing more.

Source: publicsuffix.org, whose list comes with `publicsuffixlist`; private suffixes count, under
which strangers to each other live (`github.io`).
"""

from functools import cache, lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

KEPT = 10_000


@lru_cache(maxsize=KEPT)
def domain_of(authority: str) -> str:
    """The registered domain of a `host` or `host:port`.

    What is none is its own, port and all: an address, a suffix, a name without a dot.
    """
    host = authority.rpartition(":")[0] if authority.rpartition(":")[2].isdigit() else authority
    if "." not in host or is_address(host):
        return authority
    found = suffixes().privatesuffix(host)
    return str(found) if found else authority


@cache
def suffixes() -> PublicSuffixList:
    """The list, read with the first question: it takes 4 MiB."""
    return PublicSuffixList()


def is_address(host: str) -> bool:
    """Whether a host is a literal address."""
    try:
        return bool(ip_address(host.strip("[]")))
    except ValueError:
        return False
