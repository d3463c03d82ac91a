"""Boosts: a person or a community shows somebody's post to their own followers."""

from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.members.home_timeline import place_in_homes, remove_boost_from_homes
from node.topics.posts.store import Post

BOOSTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Boost:
    """One boost; `iri` is that of the Announce activity."""

    id: int
    iri: str
    actor_id: int
    post_id: int
    visibility: str
    created_at: int

    @classmethod
    def from_row(cls, row: Row) -> "Boost":
        """The boost in a row that has its columns."""
        names = ("id", "iri", "actor_id", "post_id", "visibility", "created_at")
        return cls(*(row[name] for name in names))


BOOSTS = """
    select id, iri, actor_id, post_id, visibility, created_at from boost
"""


def boost_of(tx: Tx, actor_id: int, post_id: int) -> Boost | None:
    """The boost of a post by that actor."""
    row = tx.one(
        BOOSTS + " where actor_id = :actor_id and post_id = :post_id",
        actor_id=actor_id,
        post_id=post_id,
    )
    return Boost.from_row(row) if row else None


def boost_by_iri(tx: Tx, iri: str) -> Boost | None:
    """The boost that the activity at `iri` made."""
    row = tx.one(
        BOOSTS + " where iri = :iri",
        iri=iri,
    )
    return Boost.from_row(row) if row else None


def boost_by_id(tx: Tx, boost_id: int) -> Boost | None:
    """The boost with that id, which the client API also uses as the id of a status."""
    row = tx.one(
        BOOSTS + " where id = :id",
        id=boost_id,
    )
    return Boost.from_row(row) if row else None


def boosts_of(tx: Tx, post_id: int) -> list[Boost]:
    """The first boosts of a post, at most 200."""
    rows = tx.all(
        BOOSTS + " where post_id = :post_id order by id limit :most",
        post_id=post_id,
        most=BOOSTS_MAX,
    )
    return [Boost.from_row(row) for row in rows]


def boosters_of(tx: Tx, post_id: int) -> list[int]:
    """Who of ours, people and not communities, boosted a post; at most 200."""
    rows = tx.all(
        """
        select b.actor_id from boost b join actor a on a.id = b.actor_id
        where b.post_id = :post_id and a.local = 1 and a.kind <> 'Group' and a.deleted_at is null
        order by b.id limit :most
        """,
        post_id=post_id,
        most=BOOSTS_MAX,
    )
    return [row["actor_id"] for row in rows]


def add_boost(
    tx: Tx,
    actor_id: int,
    post: Post,
    iri: str,
    now: int,
    visibility: str = "public",
    *,
    in_homes: bool = True,
) -> int | None:
    """Store a boost, count it, and place it in the homes of the booster's followers here.

    What was boosted long before somebody followed is placed in none.

    Returns its id; None if that actor boosted the post before, which then changes nothing.
    """
    boost_id = new_id(now)
    added = tx.run(
        """
        insert into boost (id, iri, actor_id, post_id, visibility, created_at)
        values (:id, :iri, :actor_id, :post_id, :visibility, :now)
        on conflict do nothing
        """,
        id=boost_id,
        iri=iri,
        actor_id=actor_id,
        post_id=post.id,
        visibility=visibility,
        now=now,
    )
    if not added:
        return None
    count_boosts(tx, post.id, 1)
    if in_homes:
        place_in_homes(tx, item_id=boost_id, post_id=post.id, boost_id=boost_id, from_id=actor_id)
    return boost_id


def drop_boost(tx: Tx, boost: Boost) -> None:
    """Take a boost back, out of the count and out of the homes."""
    remove_boost_from_homes(tx, boost.id)
    if tx.run("delete from boost where id = :id", id=boost.id):
        count_boosts(tx, boost.post_id, -1)


def drop_boosts_of(tx: Tx, post_id: int) -> None:
    """Take back every boost of a post that is gone."""
    tx.run("delete from boost where post_id = :post_id", post_id=post_id)


def count_boosts(tx: Tx, post_id: int, by: int) -> None:
    tx.run(
        """
        update post set boosts_count = boosts_count + :by, version = version + 1
        where id = :id
        """,
        id=post_id,
        by=by,
    )
