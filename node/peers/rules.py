"""The one rule about other nodes: whom we listen to, speak to, ask and show, by host. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address

from federation.discovery.webfinger import canonical_host
from federation.errors import Malformed
from node.base.errors import Invalid

HOST_CHARACTERS_MAX = 300
REASON_CHARACTERS_MAX = 500
AUTHORITIES_KEPT = 16_384
SILENCE_S = 30 * 24 * 3_600
PORT = re.compile(r":\d{1,5}$")


class Policy(StrEnum):
    """What a peer is to us.

    `open`: a stranger. `trusted`: one of our circle. `silenced`: text only, for those who
    follow its author, and held for a look for all others. `blocked`: nothing in, nothing out,
    nothing shown.
    """

    OPEN = "open"
    TRUSTED = "trusted"
    SILENCED = "silenced"
    BLOCKED = "blocked"


NEIGHBOURS_SHOWN = 12
"""So many stand where a visitor chooses among them; whoever belongs to another says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Every policy of a node at one moment. `ours` is our own `host[:port]`.

    `is_closed`: only trusted peers are met. `frozen` are hosts whose messages wait, both ways,
    until an organiser has looked (T105). `listing` are hosts that list communities for everybody.
    """

    policies: Mapping[str, Policy] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()
    is_closed: bool = False
    ours: str = ""
    listing: frozenset[str] = frozenset()

    def policy_of(self, authority: str) -> Policy:
        """The policy for `host[:port]`.

        A block or a silence covers the subdomains and every port; the strictest counts. Trust is
        for that very host and port: whoever rents a subdomain is somebody else (T104).
        """
        found = {self.policies.get(name) for name in names_over(authority)}
        for strict in (Policy.BLOCKED, Policy.SILENCED):
            if strict in found:
                return strict
        return self.policies.get(authority, Policy.OPEN)

    def may_meet(self, authority: str) -> bool:
        """Whether we listen to, speak to, ask and show that host at all."""
        if authority == self.ours:
            return True
        policy = self.policy_of(authority)
        return policy is Policy.TRUSTED or not (self.is_closed or policy is Policy.BLOCKED)

    def may_ask(self, authority: str) -> bool:
        """Whether anything is fetched from that host, or sent there, now."""
        return self.may_meet(authority) and not self.is_frozen(authority)

    def neighbours(self) -> list[str]:
        """The trusted hosts that show themselves in the directory, by name, as a visitor may choose
        among them. Nobody is told of the others (T103)."""
        trusted = (host for host in self.listing if self.policy_of(host) is Policy.TRUSTED)
        return sorted(host for host in trusted if not self.is_frozen(host))[:NEIGHBOURS_SHOWN]

    def is_frozen(self, authority: str) -> bool:
        """Whether what comes from that host is kept, and not applied, until somebody has looked."""
        return authority in self.frozen


@lru_cache(maxsize=AUTHORITIES_KEPT)
def names_over(authority: str) -> tuple[str, ...]:
    """`host[:port]`, the host, and each domain above it, the nearest first."""
    host = PORT.sub("", authority)
    return tuple(dict.fromkeys((authority, host, *domains_over(host))))


def domains_over(host: str) -> Iterator[str]:
    if is_number(host):
        return
    while "." in host:
        host = host.partition(".")[2]
        yield host


def is_number(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def covers(host: str, authority: str) -> bool:
    """Whether a policy for `host` can be one for `authority`."""
    return host in names_over(authority)


def read_host(text: str) -> str:
    """A host as somebody typed it: perhaps with its port, a dot at the end, an address around it.

    Raises:
        Invalid: it is not one.
    """
    typed = text.strip().rpartition("://")[2].partition("/")[0].rpartition("@")[2]
    try:
        host = canonical_host(typed.removesuffix("."))
    except Malformed:
        raise Invalid(f"{text[:100]!r} is not the name of a host.") from None
    if not host or len(host) > HOST_CHARACTERS_MAX:
        raise Invalid(f"{text[:100]!r} is not the name of a host.")
    return host


def check_change(host: str, policy: Policy, circle: Circle) -> None:
    """Raise Invalid unless `host` may be given that policy.

    Our own host keeps none; and nobody is trusted below a domain that is blocked or silenced,
    because the stricter counts.
    """
    if circle.ours and covers(host, circle.ours):
        raise Invalid(f"{host} is this node, or a domain that it is in.")
    if policy is not Policy.TRUSTED:
        return
    above = [one for one in names_over(host)[1:] if one in circle.policies]
    strict = [one for one in above if circle.policies[one] in (Policy.BLOCKED, Policy.SILENCED)]
    if strict:
        word = circle.policies[strict[0]].value
        raise Invalid(f"{strict[0]} is {word}, which covers {host}. Forget {strict[0]} first.")


@dataclass(frozen=True, slots=True)
class Contact:
    """When a host was heard last, and when it came back after thirty days without a word."""

    heard_at: int | None = None
    returned_at: int | None = None


def is_odd_change(contact: Contact, key_read_at: int, now: int, *, is_node: bool) -> bool:
    """Whether a new key may mean that somebody else holds the domain now (T105).

    So it may if the host said nothing for thirty days since the old key was read, also if it has
    spoken again meanwhile; and if it is the key of the node itself.
    """
    if is_node:
        return True
    heard_at = max(contact.heard_at or 0, key_read_at)
    came_back = contact.returned_at is not None and contact.returned_at > key_read_at
    return came_back or now - heard_at >= SILENCE_S
