"""What of communities elsewhere is to be removed here: nobody of ours belongs to them any more."""

from dataclasses import dataclass

from node.db.tx import Tx

ORDERS_AT_ONCE = 5
ASKED_FOR_S = 90 * 24 * 3_600


@dataclass(frozen=True, slots=True)
class PurgeOrder:
    """That what was said behind the door of a community elsewhere is to go; `iri` is what asked for
    it, or empty; `removed` is how many posts have gone."""

    group_id: int
    iri: str
    removed: int


def order_purge_if_left(tx: Tx, group_id: int) -> None:
    """Have what was said behind the door of a community elsewhere removed, if nobody of ours
    belongs to it any more and something of it is here."""
    tx.run(
        """
        insert into purge_order (group_id, iri)
        select g.id, '' from actor g
        where g.id = :group_id and g.local = 0
          and exists (select 1 from post p where p.community_id = g.id
                      and p.visibility = 'members' and p.local = 0)
          and not exists (select 1 from membership m join actor a on a.id = m.actor_id
                          where m.community_id = g.id and a.local = 1)
        on conflict (group_id) do update set done_at = null
        """,
        group_id=group_id,
    )


def order_purge(tx: Tx, group_id: int, iri: str) -> None:
    """Have what was said behind the door of a community elsewhere removed, and that answered."""
    tx.run(
        """
        insert into purge_order (group_id, iri) values (:group_id, :iri)
        on conflict (group_id) do update set iri = excluded.iri, done_at = null
        """,
        group_id=group_id,
        iri=iri,
    )


def purge_orders(tx: Tx) -> list[PurgeOrder]:
    """The next five that are to be done."""
    rows = tx.all(
        """
        select group_id, iri, removed from purge_order
        where group_id > 0 and done_at is null
        order by group_id limit :limit
        """,
        limit=ORDERS_AT_ONCE,
    )
    return [PurgeOrder(**row) for row in rows]


def note_purged(tx: Tx, group_id: int, posts: int) -> None:
    """Count what has gone."""
    tx.run(
        "update purge_order set removed = removed + :posts where group_id = :group_id",
        group_id=group_id,
        posts=posts,
    )


def remember_purge(tx: Tx, group_id: int, now: int) -> None:
    """It is done, and nobody has asked for it yet: if the home of the community does, it is told
    what went."""
    tx.run(
        "update purge_order set done_at = :now where group_id = :group_id",
        group_id=group_id,
        now=now,
    )


def forget_purges(tx: Tx, now: int) -> None:
    """Forget what was done three months ago and was never asked for."""
    tx.run(
        "delete from purge_order where group_id > 0 and done_at < :before", before=now - ASKED_FOR_S
    )


def drop_purge_order(tx: Tx, group_id: int) -> None:
    """It is done, or is not to be."""
    tx.run("delete from purge_order where group_id = :group_id", group_id=group_id)


def has_members_here(tx: Tx, group_id: int) -> bool:
    """Whether somebody of ours belongs to a community."""
    row = tx.one(
        """
        select 1 as found from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id and a.local = 1 limit 1
        """,
        group_id=group_id,
    )
    return row is not None
