"""How much one host may cost us: the one table, and the counting, in bounded memory.

A restart forgives everybody. Past the most hosts that are counted, the one counted longest ago is
forgotten: a million invented hosts leave no more than that behind (T48).
"""

from collections import OrderedDict

from node.base.errors import Busy, TooMany
from node.peers.policy_cache import PolicyCache
from node.peers.rules import Policy

HOSTS_COUNTED_MAX = 10_000
SHORT_BYTES = 16_384
MESSAGES_WINDOW_S = 300
MESSAGES_MAX = {
    Policy.TRUSTED: 30_000,
    Policy.OPEN: 9_000,
    Policy.SILENCED: 600,
    Policy.BLOCKED: 0,
}
"""Signed messages from one host in five minutes (T106)."""


class Counts:
    """How often something was done with each host in the current window."""

    def __init__(self, window_s: int) -> None:
        self._window_s = window_s
        self._counts: OrderedDict[tuple[str, int], int] = OrderedDict()

    def count(self, host: str, now: int) -> int:
        """Count once more; how often it is now."""
        key = (host, now // self._window_s)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if len(self._counts) > HOSTS_COUNTED_MAX:
            self._counts.popitem(last=False)
        return count

    def left_s(self, now: int) -> int:
        """How long the window lasts yet."""
        return self._window_s - now % self._window_s

    def __len__(self) -> int:
        return len(self._counts)


class MessageRates:
    """How many messages each host sent lately, and which domains were asked to come back."""

    def __init__(self, peers: PolicyCache, *, is_counted: bool = True) -> None:
        self._peers, self._is_counted = peers, is_counted
        self.counts = Counts(MESSAGES_WINDOW_S)
        self._asked_back: OrderedDict[str, int] = OrderedDict()

    def ask_back(self, domain: str, until: int) -> None:
        """A domain has used up its share of our work: its long messages wait until then."""
        self._asked_back[domain] = until
        self._asked_back.move_to_end(domain)
        if len(self._asked_back) > HOSTS_COUNTED_MAX:
            self._asked_back.popitem(last=False)

    def check_asked_back(self, domain: str, body_bytes: int, now: int) -> None:
        """Refuse a long message before it is read, where its domain was asked to come back.

        Which domain that is only its signature tells later: only whoever signed for one could have
        it asked to come back, so nobody is refused for what others claim.

        Raises:
            Busy: its time has not come.
        """
        until = self._asked_back.get(domain, 0)
        if body_bytes > SHORT_BYTES and now < until:
            raise Busy("Too much is waiting here. Come back later.", until - now)

    def check(self, host: str, now: int) -> None:
        """Count a message whose signature holds, so that nobody uses up another's share.

        Raises:
            TooMany: the host has sent as many as it may.
        """
        most = MESSAGES_MAX[self._peers.circle.policy_of(host)]
        if self._is_counted and self.counts.count(host, now) > most:
            raise TooMany("Too many messages. Come back later.", self.counts.left_s(now))
