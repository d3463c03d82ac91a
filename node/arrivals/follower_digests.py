"""What actors of other nodes say of their followers here, as it came with a message (FEP-8fcf).

One row an actor. It is compared with our own record later, by whoever keeps followings true; the
message does not wait for that.
"""

from dataclasses import dataclass

from federation.followers_sync import FollowersClaim
from node.db.tx import Row, Tx

HEARD_AGAIN_S = 3_600
LOOKED_AT_ONCE = 50
FORGOTTEN_AFTER_S = 30 * 24 * 3_600
FORGOTTEN_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class FollowerDigest:
    """The last that an actor said; `fetched_at` is when its list was last asked for."""

    actor_id: int
    url: str
    digest: str
    heard_at: int
    due_at: int
    fetched_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> "FollowerDigest":
        """What is in a row that has all columns of the table."""
        return cls(**{name: row[name] for name in cls.__slots__})


def note_digest(tx: Tx, sender: str, claim: FollowersClaim, now: int) -> None:
    """Keep what `sender` says, to be looked at soon; the same again within an hour is left.

    What is said of a collection that is not the sender's own has no effect.
    """
    tx.run(
        """
        insert into follower_digest (actor_id, url, digest, heard_at, due_at)
        select a.id, :url, :digest, :now, :now from actor a
        where a.iri = :sender and a.followers = :collection
          and a.local = 0 and a.deleted_at is null
        on conflict (actor_id) do update
        set url = excluded.url, digest = excluded.digest, heard_at = excluded.heard_at,
            due_at = excluded.due_at
        where follower_digest.digest <> excluded.digest or follower_digest.url <> excluded.url
           or follower_digest.heard_at <= :stale
        """,
        url=claim.url,
        digest=claim.digest,
        sender=sender,
        collection=claim.collection,
        now=now,
        stale=now - HEARD_AGAIN_S,
    )


def due_digests(tx: Tx, now: int) -> list[FollowerDigest]:
    """What is to be looked at now, the longest due first; at most 50."""
    rows = tx.all(
        """
        select actor_id, url, digest, heard_at, due_at, fetched_at from follower_digest
        where due_at <= :now
        order by due_at
        limit :limit
        """,
        now=now,
        limit=LOOKED_AT_ONCE,
    )
    return [FollowerDigest.from_row(row) for row in rows]


def look_again(tx: Tx, heard: FollowerDigest, due_at: int, fetched_at: int | None) -> None:
    """Put the next look off, unless something else was heard meanwhile."""
    tx.run(
        """
        update follower_digest set due_at = :due_at, fetched_at = :fetched_at
        where actor_id = :actor_id and digest = :digest and heard_at = :heard_at
        """,
        due_at=due_at,
        fetched_at=fetched_at,
        actor_id=heard.actor_id,
        digest=heard.digest,
        heard_at=heard.heard_at,
    )


def forget_digest(tx: Tx, actor_id: int) -> None:
    """Nobody here follows the actor, and it says so too: there is nothing to keep true."""
    tx.run("delete from follower_digest where actor_id = :actor_id", actor_id=actor_id)


def forget_old_digests(tx: Tx, now: int) -> int:
    """Drop what nobody has said for 30 days, at most 1,000 at once; how many."""
    return tx.run(
        """
        delete from follower_digest where actor_id in (
            select actor_id from follower_digest where heard_at < :before
            order by heard_at limit :limit)
        """,
        before=now - FORGOTTEN_AFTER_S,
        limit=FORGOTTEN_AT_ONCE,
    )
