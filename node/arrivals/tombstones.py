"""What a known actor deleted or undid, remembered for when it comes late or again (T120)."""

from federation.limits import REMEMBERED_S
from node.db.tx import Tx

TOMBSTONES_PER_ACTOR_MAX = 10_000


def add_tombstone(
    tx: Tx,
    iri: str,
    actor_iri: str,
    kind: str,
    now: int,
    *,
    forever: bool = False,
    lasts_s: int = REMEMBERED_S,
) -> None:
    """Remember for 90 days, or `lasts_s`, that an actor `deleted` or has `undone` what is at `iri`.

    `forever` is for what we held; with `now` as the time at which it was said to be undone,
    `is_undone` knows what is said anew. Each actor has at most 10,000; further ones are left out.
    """
    held = tx.one(
        """
        select count(*) as total from (
            select 1 from tombstone where actor_iri = :actor_iri limit :most) as several
        """,
        actor_iri=actor_iri,
        most=TOMBSTONES_PER_ACTOR_MAX,
    )
    if held and held["total"] >= TOMBSTONES_PER_ACTOR_MAX:
        return
    tx.run(
        """
        insert into tombstone (iri, actor_iri, kind, created_at, expires_at)
        values (:iri, :actor_iri, :kind, :now, :expires_at)
        on conflict do nothing
        """,
        iri=iri,
        actor_iri=actor_iri,
        kind=kind,
        now=now,
        expires_at=None if forever else now + lasts_s,
    )


def has_tombstone(tx: Tx, iri: str, actor_iri: str, kind: str) -> bool:
    """Whether `actor_iri` is known to have deleted or undone what is at `iri`."""
    row = tx.one(
        """
        select 1 as found from tombstone
        where iri = :iri and actor_iri = :actor_iri and kind = :kind
        """,
        iri=iri,
        actor_iri=actor_iri,
        kind=kind,
    )
    return row is not None


def is_undone(tx: Tx, iri: str, actor_iri: str, signed_at: int) -> bool:
    """Whether what the activity at `iri` does was taken back by `actor_iri`, and not said anew.

    An id may be used again: what we held and was taken back (a tombstone for ever) counts anew
    where it comes in a message signed later than the one that took it back; the tombstone goes.
    What was taken back before it came stays so (T120), and so does what was signed at no time that
    is known (0).
    """
    row = tx.one(
        """
        select created_at, expires_at from tombstone
        where iri = :iri and actor_iri = :actor_iri and kind = 'undone'
        """,
        iri=iri,
        actor_iri=actor_iri,
    )
    if row is None:
        return False
    if row["expires_at"] is not None or signed_at <= row["created_at"]:
        return True
    drop_tombstone(tx, iri, actor_iri, "undone")
    return False


def drop_tombstone(tx: Tx, iri: str, actor_iri: str, kind: str) -> None:
    """Forget a tombstone, because what it stands for was itself taken back."""
    tx.run(
        "delete from tombstone where iri = :iri and actor_iri = :actor_iri and kind = :kind",
        iri=iri,
        actor_iri=actor_iri,
        kind=kind,
    )


def forget_old_tombstones(tx: Tx, now: int) -> int:
    """Drop the marks whose time is over; how many."""
    return tx.run(
        "delete from tombstone where expires_at is not null and expires_at < :now", now=now
    )
