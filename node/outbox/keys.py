"""The private keys that we sign with, by the actor whose they are."""

from dataclasses import dataclass
from functools import lru_cache

from federation.signatures import SigningKey, load_signing_key
from node.db.tx import Tx

KEYS_KEPT = 1_024


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key of one of our actors: where it is published, and its private part (PEM)."""

    iri: str
    private_key: str


def actor_key(tx: Tx, actor_id: int) -> StoredKey:
    """The RSA key of one of our actors.

    Raises:
        LookupError: it has none; that cannot be.
    """
    row = tx.one(
        """
        select iri, private_key from actor_key
        where actor_id = :actor_id and algorithm = 'rsa' and private_key is not null
        """,
        actor_id=actor_id,
    )
    if row is None:
        raise LookupError("an actor of ours has no key to sign with")
    return StoredKey(row["iri"], row["private_key"])


def proof_key(tx: Tx, actor_id: int) -> SigningKey:
    """The Ed25519 key with which one of our actors proves what it says.

    Raises:
        LookupError: it has none; that cannot be.
    """
    row = tx.one(
        """
        select iri, private_key from actor_key
        where actor_id = :actor_id and algorithm = 'ed25519' and private_key is not null
        """,
        actor_id=actor_id,
    )
    if row is None:
        raise LookupError("an actor of ours has no key to prove with")
    return parse_key(row["iri"], row["private_key"])


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
