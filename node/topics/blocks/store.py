"""The blocks and mutes stored here.

A block counts both ways: neither is shown what the other writes. A mute counts for whoever mutes.
Both count for all names of whoever reads (M10).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor

ID_MAX = 2**63 - 1
ENDED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Block:
    """One person blocks another; `iri` is that of the Block activity."""

    id: int
    iri: str
    blocker_id: int
    blocked_id: int

    @classmethod
    def from_row(cls, row: Row) -> "Block":
        """The block in a row that has its columns."""
        return cls(row["id"], row["iri"], row["blocker_id"], row["blocked_id"])


@dataclass(frozen=True, slots=True)
class Mute:
    """Somebody wants to read nothing of another; `until` is when that ends (seconds, UTC)."""

    hides_notifications: bool = True
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """What blocks and mutes there are between me and somebody else."""

    blocking: bool = False
    blocked_by: bool = False
    mute: Mute | None = None


def put_block(tx: Tx, block: Block, now: int) -> None:
    """Store a block; one that there is between the same two takes the new iri."""
    tx.run(
        """
        insert into block (id, iri, blocker_id, blocked_id, created_at)
        values (:id, :iri, :blocker_id, :blocked_id, :now)
        on conflict (blocker_id, blocked_id) do update set iri = excluded.iri
        """,
        id=block.id,
        iri=block.iri,
        blocker_id=block.blocker_id,
        blocked_id=block.blocked_id,
        now=now,
    )


def block_between(tx: Tx, blocker_id: int, blocked_id: int) -> Block | None:
    """The block of one by the other."""
    row = tx.one(
        """
        select id, iri, blocker_id, blocked_id from block
        where blocker_id = :blocker_id and blocked_id = :blocked_id
        """,
        blocker_id=blocker_id,
        blocked_id=blocked_id,
    )
    return Block.from_row(row) if row else None


def block_by_iri(tx: Tx, iri: str) -> Block | None:
    """The block that the activity at `iri` made."""
    row = tx.one("select id, iri, blocker_id, blocked_id from block where iri = :iri", iri=iri)
    return Block.from_row(row) if row else None


def drop_block(tx: Tx, block_id: int) -> None:
    """End a block."""
    tx.run("delete from block where id = :id", id=block_id)


def are_apart(tx: Tx, one_id: int, other_id: int) -> bool:
    """Whether a block keeps one from reaching, and from reading, another.

    It counts for all names of `one_id`, who is kept from something, and for no other name of the
    other: who blocks a name sees no difference in anybody else, for that would tell whose it is.
    """
    row = tx.one(
        """
        select 1 as found from block
        where (blocker_id = :one_id and blocked_id = :other_id)
           or (blocker_id = :other_id and blocked_id = :one_id)
        union all
        select 1 from same_person s join block k
            on (k.blocker_id = s.other_id and k.blocked_id = :other_id)
            or (k.blocker_id = :other_id and k.blocked_id = s.other_id)
        where s.actor_id = :one_id
        limit 1
        """,
        one_id=one_id,
        other_id=other_id,
    )
    return row is not None


def apart_among(tx: Tx, one_id: int, ids: Sequence[int]) -> set[int]:
    """Those of `ids` whom a block keeps `one_id` from, as `are_apart` says it."""
    rows = tx.all(
        """
        select blocked_id as id from block
        where blocker_id = :one_id and blocked_id in (:ids[])
        union
        select blocker_id from block where blocked_id = :one_id and blocker_id in (:ids[])
        union
        select k.blocked_id from same_person s join block k on k.blocker_id = s.other_id
        where s.actor_id = :one_id and k.blocked_id in (:ids[])
        union
        select k.blocker_id from same_person s join block k on k.blocked_id = s.other_id
        where s.actor_id = :one_id and k.blocker_id in (:ids[])
        """,
        one_id=one_id,
        ids=ids,
    )
    return {row["id"] for row in rows}


def kept_from(tx: Tx, actor_id: int, ids: Sequence[int]) -> set[int]:
    """Those of `ids` who have blocked another name of whoever `actor_id` is."""
    rows = tx.all(
        """
        select k.blocker_id as id from same_person s join block k on k.blocked_id = s.other_id
        where s.actor_id = :actor_id and k.blocker_id in (:ids[])
        """,
        actor_id=actor_id,
        ids=ids,
    )
    return {row["id"] for row in rows}


def put_mute(tx: Tx, muter_id: int, muted_id: int, mute: Mute, now: int) -> None:
    """Store a mute; a second one of the same person replaces the first."""
    tx.run(
        """
        insert into mute (id, muter_id, muted_id, hides_notifications, until, created_at)
        values (:id, :muter_id, :muted_id, :hides, :until, :now)
        on conflict (muter_id, muted_id) do update
        set hides_notifications = excluded.hides_notifications, until = excluded.until
        """,
        id=new_id(now),
        muter_id=muter_id,
        muted_id=muted_id,
        hides=int(mute.hides_notifications),
        until=mute.until,
        now=now,
    )


def drop_mute(tx: Tx, muter_id: int, muted_id: int) -> None:
    """End a mute; nothing where there is none."""
    tx.run(
        "delete from mute where muter_id = :muter_id and muted_id = :muted_id",
        muter_id=muter_id,
        muted_id=muted_id,
    )


def end_mutes(tx: Tx, now: int) -> int:
    """End the mutes whose time is over; how many."""
    ended = tx.all(
        "select id from mute where until is not null and until <= :now order by until limit :limit",
        now=now,
        limit=ENDED_AT_ONCE,
    )
    return tx.run("delete from mute where id in (:ids[])", ids=[row["id"] for row in ended])


def asides(tx: Tx, me_id: int, ids: Sequence[int]) -> dict[int, Aside]:
    """What blocks and mutes there are between me and each of `ids`; the others are left out."""
    blocking = tx.all(
        "select blocked_id from block where blocker_id = :me and blocked_id in (:ids[])",
        me=me_id,
        ids=ids,
    )
    blocked_by = tx.all(
        "select blocker_id from block where blocked_id = :me and blocker_id in (:ids[])",
        me=me_id,
        ids=ids,
    )
    rows = tx.all(
        """
        select muted_id, hides_notifications, until from mute
        where muter_id = :me and muted_id in (:ids[])
        """,
        me=me_id,
        ids=ids,
    )
    mine = {row["blocked_id"] for row in blocking}
    theirs = {row["blocker_id"] for row in blocked_by}
    mutes = {row["muted_id"]: mute_of(row) for row in rows}
    return {
        one: Aside(one in mine, one in theirs, mutes.get(one)) for one in {*mine, *theirs, *mutes}
    }


def not_apart(tx: Tx, reader: Actor | None, actors: Sequence[Actor]) -> list[Actor]:
    """Those of some actors whom no block parts from a reader; None is a visitor."""
    apart = apart_among(tx, reader.id, [actor.id for actor in actors]) if reader else set()
    return [actor for actor in actors if actor.id not in apart]


def mute_of(row: Row) -> Mute:
    return Mute(bool(row["hides_notifications"]), row["until"])


BLOCKED = """
    select k.id as page_id, a.* from block k join actor a on a.id = k.blocked_id
    where k.blocker_id = :actor_id and a.deleted_at is null
      and k.id < :before_id and k.id > :after_id
    order by k.id desc limit :limit
"""
MUTED = """
    select k.id as page_id, a.* from mute k join actor a on a.id = k.muted_id
    where k.muter_id = :actor_id and a.deleted_at is null
      and k.id < :before_id and k.id > :after_id
    order by k.id desc limit :limit
"""


def blocked_by(
    tx: Tx, actor_id: int, limit: int, before_id: int | None = None, after_id: int | None = None
) -> list[tuple[int, Actor]]:
    """Whom somebody has blocked, the newest first, each with the id of the block to page by."""
    return listed(tx, BLOCKED, actor_id, limit, before_id, after_id)


def muted_by(
    tx: Tx, actor_id: int, limit: int, before_id: int | None = None, after_id: int | None = None
) -> list[tuple[int, Actor]]:
    """Whom somebody has muted, the newest first, each with the id of the mute to page by."""
    return listed(tx, MUTED, actor_id, limit, before_id, after_id)


def listed(
    tx: Tx, sql: str, actor_id: int, limit: int, before_id: int | None, after_id: int | None
) -> list[tuple[int, Actor]]:
    rows = tx.all(
        sql,
        actor_id=actor_id,
        limit=limit,
        before_id=before_id or ID_MAX,
        after_id=after_id or 0,
    )
    return [(row["page_id"], Actor.from_row(row)) for row in rows]
