"""How many posts and followers actors have, counted anew every five minutes at most.

Counting is linear in the posts of an author, and a timeline names twenty of them.
"""

from collections import OrderedDict
from collections.abc import Sequence

from node.actors.store import Counts, actor_counts
from node.db.tx import Tx

KEPT_S = 300
KEPT_MAX = 4_096


class CountsKept:
    """The counts of the actors that were shown lately."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, Counts]] = OrderedDict()

    def of(self, tx: Tx, ids: Sequence[int], now: int) -> dict[int, Counts]:
        """The counts of each actor, at most five minutes old."""
        fresh = now - KEPT_S
        missing = [one for one in ids if one not in self._kept or self._kept[one][0] < fresh]
        if missing:
            for actor_id, counts in actor_counts(tx, missing).items():
                self._kept[actor_id] = (now, counts)
        found = {one: self._kept[one][1] for one in ids if one in self._kept}
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return found
