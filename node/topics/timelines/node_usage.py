"""How much the node is used, as NodeInfo tells it."""

from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.actors.counts import ROUNDED_TO, told


@dataclass(frozen=True, slots=True)
class Usage:
    """What NodeInfo tells of us, in tens; of people under 50 nothing, which is 0 (T103)."""

    people: int
    active: int
    posts: int


def usage(tx: Tx, since: int) -> Usage:
    """How many accounts, how many of them wrote since then, and how many public posts are ours."""
    row = tx.one(
        """
        select (select count(*) from account where disabled_at is null) as people,
            (select count(*) from account a where exists (
                select 1 from post p where p.author_id = a.actor_id
                  and p.published_at >= :since and p.deleted_at is null)) as active,
            (select count(*) from post p where p.visibility = 'public' and p.deleted_at is null
                and p.parent_iri is null and p.local = 1) as posts
        """,
        since=since,
    )
    people, active, posts = (row["people"], row["active"], row["posts"]) if row else (0, 0, 0)
    return Usage(told(people) or 0, told(active) or 0, posts // ROUNDED_TO * ROUNDED_TO)
