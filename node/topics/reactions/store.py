"""The favourites and bookmarks stored here."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor

ID_MAX = 2**63 - 1
COUNTED_ANEW_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Favourite:
    """Somebody favours a post; `iri` is that of the Like activity."""

    id: int
    iri: str
    actor_id: int
    post_id: int

    @classmethod
    def from_row(cls, row: Row) -> "Favourite":
        """The favourite in a row that has its columns."""
        return cls(row["id"], row["iri"], row["actor_id"], row["post_id"])


def favourite_of(tx: Tx, actor_id: int, post_id: int) -> Favourite | None:
    """The favourite of a post by that actor."""
    row = tx.one(
        """
        select id, iri, actor_id, post_id from favourite
        where actor_id = :actor_id and post_id = :post_id
        """,
        actor_id=actor_id,
        post_id=post_id,
    )
    return Favourite.from_row(row) if row else None


def favours_as_another(tx: Tx, actor_id: int, post_id: int) -> bool:
    """Whether somebody favours a post under another name of theirs."""
    row = tx.one(
        """
        select 1 as found from same_person s join favourite f on f.actor_id = s.other_id
        where s.actor_id = :actor_id and f.post_id = :post_id limit 1
        """,
        actor_id=actor_id,
        post_id=post_id,
    )
    return row is not None


def favourite_by_iri(tx: Tx, iri: str) -> Favourite | None:
    """The favourite that the activity at `iri` made."""
    row = tx.one("select id, iri, actor_id, post_id from favourite where iri = :iri", iri=iri)
    return Favourite.from_row(row) if row else None


def add_favourite(tx: Tx, actor_id: int, post_id: int, iri: str, now: int) -> bool:
    """Store a favourite and count it; False if that actor favours the post already."""
    added = tx.run(
        """
        insert into favourite (id, iri, actor_id, post_id, created_at)
        values (:id, :iri, :actor_id, :post_id, :now)
        on conflict do nothing
        """,
        id=new_id(now),
        iri=iri,
        actor_id=actor_id,
        post_id=post_id,
        now=now,
    )
    if added:
        count_favourites(tx, post_id, 1)
    return bool(added)


def drop_favourite(tx: Tx, favourite: Favourite) -> None:
    """Take a favourite back, out of the count as well."""
    if tx.run("delete from favourite where id = :id", id=favourite.id):
        count_favourites(tx, favourite.post_id, -1)


def count_favourites(tx: Tx, post_id: int, by: int) -> None:
    tx.run(
        """
        update post set favourites_count = favourites_count + :by, version = version + 1
        where id = :id
        """,
        id=post_id,
        by=by,
    )


@dataclass(frozen=True, slots=True)
class DislikeRow:
    """Somebody voted against a post; `iri` is that of the Dislike activity."""

    id: int
    iri: str
    actor_id: int
    post_id: int


def add_dislike(tx: Tx, actor_id: int, post_id: int, iri: str, now: int) -> bool:
    """Store a vote against a post and count it; False if that actor has cast it already."""
    added = tx.run(
        """
        insert into dislike (id, iri, actor_id, post_id, created_at)
        values (:id, :iri, :actor_id, :post_id, :now)
        on conflict do nothing
        """,
        id=new_id(now),
        iri=iri,
        actor_id=actor_id,
        post_id=post_id,
        now=now,
    )
    if added:
        count_dislikes(tx, post_id, 1)
    return bool(added)


def dislike_by_iri(tx: Tx, iri: str) -> DislikeRow | None:
    """The vote that the activity at `iri` cast."""
    row = tx.one("select id, iri, actor_id, post_id from dislike where iri = :iri", iri=iri)
    return DislikeRow(**row) if row else None


def dislike_of(tx: Tx, actor_id: int, post_id: int) -> DislikeRow | None:
    """The vote against a post by that actor."""
    row = tx.one(
        """
        select id, iri, actor_id, post_id from dislike
        where actor_id = :actor_id and post_id = :post_id
        """,
        actor_id=actor_id,
        post_id=post_id,
    )
    return DislikeRow(**row) if row else None


def drop_dislike(tx: Tx, dislike: DislikeRow) -> None:
    """Take a vote back, out of the count as well."""
    if tx.run("delete from dislike where id = :id", id=dislike.id):
        count_dislikes(tx, dislike.post_id, -1)


def count_dislikes(tx: Tx, post_id: int, by: int) -> None:
    tx.run(
        "update post set dislikes_count = dislikes_count + :by where id = :id",
        id=post_id,
        by=by,
    )


def add_bookmark(tx: Tx, actor_id: int, post_id: int, now: int) -> None:
    """Keep a post for oneself; nobody is told."""
    tx.run(
        """
        insert into bookmark (id, actor_id, post_id) values (:id, :actor_id, :post_id)
        on conflict do nothing
        """,
        id=new_id(now),
        actor_id=actor_id,
        post_id=post_id,
    )


def drop_bookmark(tx: Tx, actor_id: int, post_id: int) -> None:
    """Keep a post no longer."""
    tx.run(
        "delete from bookmark where actor_id = :actor_id and post_id = :post_id",
        actor_id=actor_id,
        post_id=post_id,
    )


def bookmarked(tx: Tx, actor_id: int, limit: int, before_id: int | None) -> list[tuple[int, int]]:
    """What somebody keeps, the newest first: (bookmark id to page by, post id)."""
    rows = tx.all(
        """
        select id, post_id from bookmark where actor_id = :actor_id and id < :before_id
        order by id desc limit :limit
        """,
        actor_id=actor_id,
        before_id=before_id or ID_MAX,
        limit=limit,
    )
    return [(row["id"], row["post_id"]) for row in rows]


def favourited(tx: Tx, actor_id: int, limit: int, before_id: int | None) -> list[tuple[int, int]]:
    """What somebody favours, the newest first: (favourite id to page by, post id)."""
    rows = tx.all(
        """
        select id, post_id from favourite where actor_id = :actor_id and id < :before_id
        order by id desc limit :limit
        """,
        actor_id=actor_id,
        before_id=before_id or ID_MAX,
        limit=limit,
    )
    return [(row["id"], row["post_id"]) for row in rows]


def favourited_by(tx: Tx, post_id: int, limit: int, before_id: int | None) -> list[Actor]:
    """Who favours a post, the newest first. The caller has asked who may see the post."""
    return reacting(tx, FAVOURITED_BY, post_id, limit, before_id)


def boosted_by(tx: Tx, post_id: int, limit: int, before_id: int | None) -> list[Actor]:
    """Who boosted a post, the newest first. The caller has asked who may see the post."""
    return reacting(tx, BOOSTED_BY, post_id, limit, before_id)


FAVOURITED_BY = """
    select a.* from favourite r join actor a on a.id = r.actor_id
    where r.post_id = :post_id and r.id < :before_id
      and a.deleted_at is null and a.hidden_at is null
    order by r.id desc limit :limit
"""
BOOSTED_BY = """
    select a.* from boost r join actor a on a.id = r.actor_id
    where r.post_id = :post_id and r.id < :before_id
      and a.deleted_at is null and a.hidden_at is null
    order by r.id desc limit :limit
"""


def reacting(tx: Tx, sql: str, post_id: int, limit: int, before_id: int | None) -> list[Actor]:
    rows = tx.all(sql, post_id=post_id, limit=limit, before_id=before_id or ID_MAX)
    return [Actor.from_row(row) for row in rows]


def reacted_to(tx: Tx, hosts: Sequence[str]) -> list[int]:
    """What people of those hosts favoured, boosted or voted against: the newest 10,000 posts."""
    rows = tx.all(
        """
        select x.post_id from actor a join favourite x on x.actor_id = a.id
        where a.host in (:hosts[]) and a.local = 0
        union
        select x.post_id from actor a join boost x on x.actor_id = a.id
        where a.host in (:hosts[]) and a.local = 0
        union
        select x.post_id from actor a join dislike x on x.actor_id = a.id
        where a.host in (:hosts[]) and a.local = 0
        order by 1 desc limit :most
        """,
        hosts=hosts,
        most=COUNTED_ANEW_MAX,
    )
    return [row["post_id"] for row in rows]


def reacted_to_by(tx: Tx, actor_id: int) -> list[int]:
    """What somebody favoured, boosted or voted against: the newest 10,000 posts."""
    rows = tx.all(
        """
        select post_id from favourite where actor_id = :actor_id
        union
        select post_id from boost where actor_id = :actor_id
        union
        select post_id from dislike where actor_id = :actor_id
        order by 1 desc limit :most
        """,
        actor_id=actor_id,
        most=COUNTED_ANEW_MAX,
    )
    return [row["post_id"] for row in rows]


def count_anew(tx: Tx, ids: Sequence[int]) -> None:
    """Count again what people did with posts; who is hidden does not count (T148)."""
    tx.run(
        """
        update post
        set favourites_count = (select count(*) from favourite x join actor a on a.id = x.actor_id
                                where x.post_id = post.id and a.hidden_at is null),
            boosts_count = (select count(*) from boost x join actor a on a.id = x.actor_id
                            where x.post_id = post.id and a.hidden_at is null),
            dislikes_count = (select count(*) from dislike x join actor a on a.id = x.actor_id
                              where x.post_id = post.id and a.hidden_at is null),
            version = version + 1
        where id in (:ids[])
        """,
        ids=ids,
    )
