"""Deletes of actors that nobody can check, for the key is gone with its owner (T10)."""

from dataclasses import dataclass

from node.db.tx import Tx

AGAIN_AFTER_S = 24 * 3_600
GIVE_UP_S = 14 * 24 * 3_600
LOOKS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class UnverifiedDelete:
    """An actor whose address said at `gone_at` that nothing is there."""

    actor_id: int
    iri: str
    gone_at: int


def note_unverified_delete(tx: Tx, actor_iri: str, now: int) -> None:
    """An actor said goodbye, and its address says that it is gone; said again, it counts once."""
    tx.run(
        """
        insert into unverified_delete (actor_id, gone_at, look_at)
        select id, :now, :look_at from actor
        where iri = :iri and local = 0 and deleted_at is null
        on conflict (actor_id) do nothing
        """,
        iri=actor_iri,
        now=now,
        look_at=now + AGAIN_AFTER_S,
    )


def due_unverified_deletes(tx: Tx, now: int) -> list[UnverifiedDelete]:
    """Those whose address is to be asked again now, the longest due first; at most 50."""
    rows = tx.all(
        """
        select f.actor_id, a.iri, f.gone_at
        from unverified_delete f join actor a on a.id = f.actor_id
        where f.look_at <= :now
        order by f.look_at
        limit :limit
        """,
        now=now,
        limit=LOOKS_AT_ONCE,
    )
    return [UnverifiedDelete(**row) for row in rows]


def put_off_unverified_delete(tx: Tx, delete: UnverifiedDelete, now: int) -> None:
    """Have the address asked again tomorrow."""
    tx.run(
        "update unverified_delete set look_at = :look_at where actor_id = :id",
        id=delete.actor_id,
        look_at=now + AGAIN_AFTER_S,
    )


def drop_unverified_delete(tx: Tx, delete: UnverifiedDelete) -> None:
    """What the address says is known now."""
    tx.run("delete from unverified_delete where actor_id = :id", id=delete.actor_id)
