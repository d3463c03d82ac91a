"""The private keys that we sign with, by the actor whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from federation.signatures import SigningKey, load_signing_key
from node.db.tx import Tx
from node.outbox.deliveries import Delivery

KEYS_KEPT = 1_024


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of one of our actors: where it is published, and its private part (PEM)."""

    iri: str
    private_key: str


def actor_key(tx: Tx, actor_id: int) -> StoredKey:
    """The RSA key of one of our actors that is in use.

    Raises:
        LookupError: it has none; that cannot be.
    """
    return key_in_use(tx, actor_id, "rsa")


def proof_key(tx: Tx, actor_id: int) -> SigningKey:
    """The Ed25519 key with which one of our actors proves what it says.

    Raises:
        LookupError: it has none; that cannot be.
    """
    stored = key_in_use(tx, actor_id, "ed25519")
    return parse_key(stored.iri, stored.private_key)


def key_in_use(tx: Tx, actor_id: int, algorithm: str) -> StoredKey:
    row = tx.one(
        """
        select iri, private_key from actor_key
        where actor_id = :actor_id and algorithm = :algorithm and private_key is not null
          and retired_at is null
        """,
        actor_id=actor_id,
        algorithm=algorithm,
    )
    if row is None:
        raise LookupError(f"an actor of ours has no {algorithm} key")
    return StoredKey(row["iri"], row["private_key"])


def keys_to_sign(tx: Tx, deliveries: Sequence[Delivery]) -> dict[int, tuple[SigningKey, ...]]:
    """The RSA keys to sign each delivery with, by its id: first the one to begin with.

    What was said up to the change of a key, and the news of it, begins with the old key, which is
    the one that others hold; what was said later begins with the new one. The other comes second:
    it is for those who do not hold, or no longer hold, the first (T135).

    Raises:
        LookupError: an actor has none; that cannot be.
    """
    rows = tx.all(
        """
        select actor_id, iri, private_key, retired_at from actor_key
        where actor_id in (:ids[]) and algorithm = 'rsa' and private_key is not null
        order by case when retired_at is null then 0 else 1 end
        """,
        ids=sorted({one.actor_id for one in deliveries}),
    )
    found: dict[int, tuple[SigningKey, ...]] = {}
    for one in deliveries:
        held = [row for row in rows if row["actor_id"] == one.actor_id]
        if not held:
            raise LookupError("an actor of ours has no key to sign with")
        if one.created_at <= (held[-1]["retired_at"] or -1):
            held.reverse()
        found[one.id] = tuple(parse_key(row["iri"], row["private_key"]) for row in held)
    return found


parse_key = lru_cache(maxsize=KEYS_KEPT)(load_signing_key)


def node_key(tx: Tx) -> StoredKey:
    """The RSA key of the node's own actor, in whose name it fetches.

    Raises:
        LookupError: there is no such actor: the node was not made by `hedgerow init`.
    """
    row = tx.one("select id from actor where local = 1 and kind = 'Application' limit 1")
    if row is None:
        raise LookupError("the node has no actor of its own")
    return actor_key(tx, row["id"])
