"""The public keys of actors of other nodes, as they are stored here."""

from dataclasses import dataclass
from functools import lru_cache

from federation.signatures import load_public_key
from node.db.tx import Tx

PARSED_KEPT = 4_096
parse_public_key = lru_cache(maxsize=PARSED_KEPT)(load_public_key)


@dataclass(frozen=True, slots=True)
class RemoteKey:
    """A key as stored here: whose it is, its PEM, and when we last read it at its home."""

    owner: str
    public_key: str
    fetched_at: int


def remote_key(tx: Tx, key_iri: str) -> RemoteKey | None:
    """The key at `key_iri` of an actor of another node that is not deleted."""
    row = tx.one(
        """
        select a.iri as owner, k.public_key, k.fetched_at
        from actor_key k join actor a on a.id = k.actor_id
        where k.iri = :key_iri and a.local = 0 and a.deleted_at is null
        """,
        key_iri=key_iri,
    )
    return RemoteKey(**row) if row else None


@dataclass(frozen=True, slots=True)
class ClaimedKey:
    """An actor who is said to have a key, and that key; `public_key` is None where it is unknown.

    `is_foreign`: the key belongs to somebody else. `read_at` is when the key, or else the actor,
    was last read at its home.
    """

    local: bool
    deleted_at: int | None
    read_at: int | None
    public_key: str | None
    is_foreign: bool


def claimed_key(tx: Tx, key_iri: str, actor_iri: str) -> ClaimedKey | None:
    """What is stored of an actor and a key that is said to be theirs; None for nobody stored."""
    row = tx.one(
        """
        select a.local, a.deleted_at, coalesce(k.fetched_at, a.fetched_at) as read_at,
            k.public_key, case when k.actor_id <> a.id then 1 else 0 end as is_foreign
        from actor a left join actor_key k on k.iri = :key_iri
        where a.iri = :actor_iri
        """,
        key_iri=key_iri,
        actor_iri=actor_iri,
    )
    if row is None:
        return None
    return ClaimedKey(
        local=bool(row["local"]),
        deleted_at=row["deleted_at"],
        read_at=row["read_at"],
        public_key=row["public_key"],
        is_foreign=bool(row["is_foreign"]),
    )
