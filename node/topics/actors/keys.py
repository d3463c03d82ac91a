"""The keys of actors: those that others sign with, and our own with what they replaced."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Tx
from node.topics.actors.store import instance_actor

FRAGMENTS = {"rsa": "main-key", "ed25519": "ed25519-key"}
"""What the first keys of an actor of ours are called, by algorithm, below the actor's iri."""


@dataclass(frozen=True, slots=True)
class ActorKey:
    """A key of an actor; `private_key` (PEM) is there for our own only.

    `retired_at`: another has followed it, and it is still published.
    """

    iri: str
    actor_id: int
    algorithm: str
    public_key: str
    private_key: str | None
    fetched_at: int
    retired_at: int | None = None


def keys_of(tx: Tx, actor_id: int) -> list[ActorKey]:
    """The keys of an actor without their private parts: RSA first, what was retired last."""
    rows = tx.all(
        """
        select iri, actor_id, algorithm, public_key, null as private_key, fetched_at, retired_at
        from actor_key
        where actor_id = :actor_id
        order by case when retired_at is null then 0 else 1 end, algorithm desc, iri
        """,
        actor_id=actor_id,
    )
    return [ActorKey(**row) for row in rows]


def put_key(tx: Tx, key: ActorKey, *, is_at_owner: bool = False) -> None:
    """Store a key, or replace the one at its iri if that is the same remote actor's.

    `is_at_owner`: it lives beneath its owner's address, so that it is theirs, whoever listed it
    before.
    """
    tx.run(
        """
        insert into actor_key (id, actor_id, iri, algorithm, public_key, private_key, fetched_at)
        values (:id, :actor_id, :iri, :algorithm, :public_key, :private_key, :fetched_at)
        on conflict (iri) do update
        set public_key = excluded.public_key, algorithm = excluded.algorithm,
            fetched_at = excluded.fetched_at, actor_id = excluded.actor_id
        where actor_key.private_key is null
          and (actor_key.actor_id = excluded.actor_id or :is_at_owner = 1)
        """,
        id=new_id(key.fetched_at),
        actor_id=key.actor_id,
        iri=key.iri,
        algorithm=key.algorithm,
        public_key=key.public_key,
        private_key=key.private_key,
        fetched_at=key.fetched_at,
        is_at_owner=int(is_at_owner),
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


def node_secret(tx: Tx, purpose: str) -> bytes:
    """A secret of this node for one purpose, the same as long as its keys are.

    Raises:
        LookupError: the node was not made by `hedgerow init`.
    """
    row = tx.one(
        """
        select private_key from actor_key
        where actor_id = :actor_id and algorithm = 'ed25519' and retired_at is null
        """,
        actor_id=instance_actor(tx).id,
    )
    if row is None:
        raise LookupError("the node has no key of its own")
    return hmac.digest(row["private_key"].encode(), purpose.encode(), "sha256")


def drop_all_keys(tx: Tx, actor_id: int) -> None:
    """Forget every key of an actor, with the private parts: new ones follow at once."""
    tx.run("delete from actor_key where actor_id = :actor_id", actor_id=actor_id)


def retire_keys(tx: Tx, actor_id: int, now: int) -> None:
    """Let the keys of an actor of ours be those that were."""
    tx.run(
        """
        update actor_key set retired_at = :now
        where actor_id = :actor_id and private_key is not null and retired_at is null
        """,
        actor_id=actor_id,
        now=now,
    )


def actors_with_old_keys(tx: Tx, before: int, limit: int) -> list[int]:
    """Actors of ours who have keys that were retired at `before` or earlier, the longest first."""
    rows = tx.all(
        """
        select actor_id, min(retired_at) as since from actor_key
        where retired_at <= :before
        group by actor_id order by since limit :limit
        """,
        before=before,
        limit=limit,
    )
    return [row["actor_id"] for row in rows]


def drop_retired_keys(tx: Tx, actor_id: int, before: int) -> int:
    """Forget the keys of an actor that were retired at `before` or earlier; how many."""
    return tx.run(
        "delete from actor_key where actor_id = :actor_id and retired_at <= :before",
        actor_id=actor_id,
        before=before,
    )
