"""How many posts and followers actors have, counted anew every five minutes at most.

Counting is linear in the posts of an author, and a timeline names twenty of them.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Tx

ROUNDED_TO = 10
TOLD_FROM = 50

KEPT_S = 300
KEPT_MAX = 4_096
CLAIMED_MAX = 10**9


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands under a profile. `claimed_followers` is the word of a community elsewhere."""

    posts: int = 0
    followers: int = 0
    following: int = 0
    last_post_at: int | None = None
    claimed_followers: int = 0


class CountsCache:
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


def put_claimed(tx: Tx, actor_id: int, followers: int | None, posts: int | None) -> None:
    """Keep how many follow somebody elsewhere and were written there, as their home says (T30).

    None leaves what was said before. What is told counts to a thousand million.
    """
    tx.run(
        """
        update actor
        set claimed_followers = coalesce(:followers, claimed_followers),
            claimed_posts = coalesce(:posts, claimed_posts), version = version + 1
        where id = :id and local = 0
        """,
        id=actor_id,
        followers=None if followers is None else min(followers, CLAIMED_MAX),
        posts=None if posts is None else min(posts, CLAIMED_MAX),
    )


def actor_counts(tx: Tx, ids: Sequence[int]) -> dict[int, Counts]:
    """How many live posts, followers and followed people each of `ids` has, as known here;
    of posts, as the home of a community elsewhere says, if that is more."""
    rows = tx.all(
        """
        select a.id, a.claimed_posts, a.claimed_followers,
            (select count(*) from post p
             where p.author_id = a.id and p.deleted_at is null
               and p.visibility in ('public', 'unlisted')) as posts,
            (select count(*) from follow f
             where f.followed_id = a.id and f.state = 'accepted') as followers,
            (select count(*) from follow f
             where f.follower_id = a.id and f.state = 'accepted') as following,
            (select max(p.published_at) from post p
             where p.author_id = a.id and p.deleted_at is null
               and p.visibility in ('public', 'unlisted')) as last_post_at
        from actor a
        where a.id in (:ids[])
        """,
        ids=ids,
    )
    return {
        row["id"]: Counts(
            max(row["posts"], row["claimed_posts"] or 0),
            row["followers"],
            row["following"],
            row["last_post_at"],
            row["claimed_followers"] or 0,
        )
        for row in rows
    }


def followers_told(tx: Tx, actor_id: int) -> int | None:
    """How many follow an actor of ours, as far as that is told: tens, and nothing under 50."""
    row = tx.one(
        """
        select count(*) as total from follow
        where followed_id = :actor_id and state = 'accepted'
        """,
        actor_id=actor_id,
    )
    return told(int(row["total"]) if row else 0)


def told(count: int) -> int | None:
    """A count rounded down to tens; None under 50, where it would describe people (T103)."""
    return count // ROUNDED_TO * ROUNDED_TO if count >= TOLD_FROM else None
