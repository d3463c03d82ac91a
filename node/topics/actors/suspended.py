"""Those whose home has suspended them: kept, and shown to nobody until that is lifted."""

from collections.abc import Sequence

from node.db.tx import Tx
from node.topics.actors.store import Actor


def put_suspended(tx: Tx, actor_id: int, at: int | None) -> None:
    """Say since when an actor is suspended at its home, or (None) that it is not."""
    tx.run(
        """
        update actor set suspended_at = :at, hidden_at = :at, version = version + 1
        where id = :id
        """,
        id=actor_id,
        at=at,
    )


def suspended_actor(tx: Tx, actor_id: int) -> Actor | None:
    """The actor with that id, if it is suspended at its home."""
    row = tx.one(
        """
        select * from actor
        where id = :id and deleted_at is null and suspended_at is not null
        """,
        id=actor_id,
    )
    return Actor.from_row(row) if row else None


def suspended_by_iri(tx: Tx, iri: str) -> Actor | None:
    """The actor at `iri`, if it is suspended at its home."""
    row = tx.one(
        """
        select * from actor
        where iri = :iri and deleted_at is null and suspended_at is not null
        """,
        iri=iri,
    )
    return Actor.from_row(row) if row else None


def ours_suspended(tx: Tx, iris: Sequence[str]) -> dict[str, Actor]:
    """Those of our people at `iris` who are suspended, by iri."""
    rows = tx.all(
        """
        select * from actor
        where iri in (:iris[]) and local = 1 and kind <> 'Group'
          and deleted_at is null and suspended_at is not null
        """,
        iris=iris,
    )
    return {row["iri"]: Actor.from_row(row) for row in rows}


def absent_person(tx: Tx, iri: str) -> Actor | None:
    """The person of ours at `iri` who is suspended or has left."""
    row = tx.one(
        """
        select * from actor
        where iri = :iri and local = 1 and kind <> 'Group'
          and (deleted_at is not null or suspended_at is not null)
        """,
        iri=iri,
    )
    return Actor.from_row(row) if row else None
