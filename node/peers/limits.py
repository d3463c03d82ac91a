"""How much one host may cost us: the one table, and the counting, in bounded memory.

A restart forgives everybody. Past the most hosts that are counted, the one counted longest ago is
forgotten: a million invented hosts leave no more than that behind (T48).
"""

from collections import OrderedDict

from federation.errors import FetchFailed
from node.clock import Clock
from node.db.database import Database
from node.db.tx import Tx
from node.errors import TooMany
from node.peers.book import PeerBook
from node.peers.rules import Policy

HOSTS_COUNTED_MAX = 10_000
MESSAGES_WINDOW_S = 300
MESSAGES_MAX = {
    Policy.TRUSTED: 30_000,
    Policy.OPEN: 9_000,
    Policy.SILENCED: 600,
    Policy.BLOCKED: 0,
}
"""Signed messages from one host in five minutes (T106)."""
FETCHES_WINDOW_S = 3_600
FETCHES_MAX = 60
"""Requests an hour, over all causes, to a host that nobody here has a relation with (T46)."""


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
    """How many messages each host sent lately."""

    def __init__(self, peers: PeerBook, *, is_counted: bool = True) -> None:
        self._peers, self._is_counted = peers, is_counted
        self.counts = Counts(MESSAGES_WINDOW_S)

    def check(self, host: str, now: int) -> None:
        """Count a message whose signature holds, so that nobody uses up another's share.

        Raises:
            TooMany: the host has sent as many as it may.
        """
        most = MESSAGES_MAX[self._peers.circle.policy_of(host)]
        if self._is_counted and self.counts.count(host, now) > most:
            raise TooMany("Too many messages. Come back later.", self.counts.left_s(now))


class FetchRates:
    """How often each host was asked lately; of use to nobody who wants us to knock at a third."""

    def __init__(
        self, db: Database, peers: PeerBook, clock: Clock, *, is_counted: bool = True
    ) -> None:
        self._db, self._peers, self._clock = db, peers, clock
        self._is_counted = is_counted
        self.counts = Counts(FETCHES_WINDOW_S)

    async def check(self, host: str) -> None:
        """Count a request that is about to go out.

        Raises:
            FetchFailed: there were sixty in this hour, and nobody here has a relation with it.
        """
        if not self._is_counted or self.counts.count(host, self._clock.now()) <= FETCHES_MAX:
            return
        if self._peers.circle.policy_of(host) is Policy.TRUSTED:
            return
        if not await self._db.read(is_related, host):
            raise FetchFailed("too-many")


def is_related(tx: Tx, host: str) -> bool:
    """Whether something of ours was ever sent to that host, as a follow either way brings about."""
    return tx.one("select 1 as found from destination where host = :host", host=host) is not None
