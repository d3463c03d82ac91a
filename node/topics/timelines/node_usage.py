"""How much the node is used: as it is, for its keeper, and as much of that as others are told."""

from dataclasses import dataclass

from node.base.ids import first_id
from node.db.tx import Tx
from node.topics.actors.counts import ROUNDED_TO, told

DAY_S = 24 * 3_600
MONTH_S = 30 * DAY_S
HALF_YEAR_S = 180 * DAY_S


@dataclass(frozen=True, slots=True)
class Usage:
    """People of this node alone: how many there are, how many of them did something lately, and
    how much they wrote. Who is gone or shut out counts for nothing, nor does what was deleted."""

    people: int
    active_month: int
    active_half_year: int
    posts: int


def usage(tx: Tx, now: int) -> Usage:
    """How much the node is used at `now`."""
    rows = tx.all(OF_EACH)
    newest = [max(row["newest_id"], first_id(row["signed_in_at"])) for row in rows]
    return Usage(
        len(rows),
        sum(at >= first_id(now - MONTH_S) for at in newest),
        sum(at >= first_id(now - HALF_YEAR_S) for at in newest),
        sum(row["posts"] for row in rows),
    )


OF_EACH = """
    select
        (select count(*) from post p where p.author_id = c.actor_id and p.local = 1
             and p.deleted_at is null and p.visibility in ('public', 'unlisted')) as posts,
        (select coalesce(max(newest.id), 0) from (
            select max(p.id) as id from post p where p.author_id = c.actor_id
            union all select max(f.id) from favourite f where f.actor_id = c.actor_id
            union all select max(b.id) from boost b where b.actor_id = c.actor_id
            union all select max(f.id) from follow f where f.follower_id = c.actor_id
        ) as newest) as newest_id,
        (select coalesce(max(s.created_at), 0) from session s
         where s.account_id = c.id) as signed_in_at
    from account c join actor a on a.id = c.actor_id
    where c.disabled_at is null and a.deleted_at is null and a.hidden_at is null
"""
"""Of each who may sign in: what they wrote for everybody, and the newest thing that they did."""


def told_usage(counted: Usage) -> Usage:
    """What others are told: in tens, and of people under 50 nothing, which is 0 (T103)."""
    return Usage(
        told(counted.people) or 0,
        told(counted.active_month) or 0,
        told(counted.active_half_year) or 0,
        counted.posts // ROUNDED_TO * ROUNDED_TO,
    )
