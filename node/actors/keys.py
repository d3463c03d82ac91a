"""The keys of the actors stored here."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Tx


@dataclass(frozen=True, slots=True)
class ActorKey:
    """A key of an actor; `private_key` (PEM) is there for our own only."""

    iri: str
    actor_id: int
    algorithm: str
    public_key: str
    private_key: str | None
    fetched_at: int


def key_by_iri(tx: Tx, iri: str) -> ActorKey | None:
    """The key at `iri`, of an actor that is not deleted."""
    row = tx.one(
        """
        select k.iri, k.actor_id, k.algorithm, k.public_key, k.private_key, k.fetched_at
        from actor_key k join actor a on a.id = k.actor_id
        where k.iri = :iri and a.deleted_at is null
        """,
        iri=iri,
    )
    return ActorKey(**row) if row else None


def signing_keys(tx: Tx, actor_id: int) -> dict[str, ActorKey]:
    """Our own keys of one actor, by algorithm (`rsa`, `ed25519`)."""
    rows = tx.all(
        """
        select iri, actor_id, algorithm, public_key, private_key, fetched_at
        from actor_key
        where actor_id = :actor_id and private_key is not null
        """,
        actor_id=actor_id,
    )
    return {row["algorithm"]: ActorKey(**row) for row in rows}


def public_keys(tx: Tx, actor_id: int) -> dict[str, ActorKey]:
    """The keys of one actor by algorithm, without their private parts."""
    rows = tx.all(
        """
        select iri, actor_id, algorithm, public_key, null as private_key, fetched_at
        from actor_key
        where actor_id = :actor_id
        """,
        actor_id=actor_id,
    )
    return {row["algorithm"]: ActorKey(**row) for row in rows}


def put_key(tx: Tx, key: ActorKey, key_id: int) -> None:
    """Store a key, or replace the one at its iri if that is the same actor's."""
    tx.run(
        """
        insert into actor_key (id, actor_id, iri, algorithm, public_key, private_key, fetched_at)
        values (:id, :actor_id, :iri, :algorithm, :public_key, :private_key, :fetched_at)
        on conflict (iri) do update
        set public_key = excluded.public_key, algorithm = excluded.algorithm,
            fetched_at = excluded.fetched_at
        where actor_key.actor_id = excluded.actor_id and actor_key.private_key is null
        """,
        id=key_id,
        actor_id=key.actor_id,
        iri=key.iri,
        algorithm=key.algorithm,
        public_key=key.public_key,
        private_key=key.private_key,
        fetched_at=key.fetched_at,
    )


def drop_other_keys(tx: Tx, actor_id: int, iris: Sequence[str]) -> None:
    """Forget the keys of a remote actor that are not among `iris`."""
    tx.run(
        """
        delete from actor_key
        where actor_id = :actor_id and private_key is null and iri not in (:iris[])
        """,
        actor_id=actor_id,
        iris=iris,
    )
