"""The private keys that we sign with, by the actor whose they are."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from federation.signatures import SigningKey, load_signing_key
from node.db.tx import Tx
from node.outbox.deliveries import Delivery

KEYS_KEPT = 1_024
NEWS_S = 24 * 3_600
"""How long after a change of the node's keys what it fetches is signed with the old one first."""


def proof_key(tx: Tx, actor_id: int) -> SigningKey:
    """The Ed25519 key with which one of our actors proves what it says.

    Raises:
        LookupError: it has none; that cannot be.
    """
    row = tx.one(
        """
        select iri, private_key from actor_key
        where actor_id = :actor_id and algorithm = 'ed25519' and private_key is not null
          and retired_at is null
        """,
        actor_id=actor_id,
    )
    if row is None:
        raise LookupError("an actor of ours has no key to prove with")
    return parse_key(row["iri"], row["private_key"])


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


def reader_key(tx: Tx, actor_id: int) -> SigningKey | None:
    """The RSA key of somebody of ours, in whose name what is only for them is fetched."""
    row = tx.one(
        """
        select iri, private_key from actor_key
        where actor_id = :actor_id and algorithm = 'rsa' and private_key is not null
          and retired_at is null
        """,
        actor_id=actor_id,
    )
    return parse_key(row["iri"], row["private_key"]) if row else None


parse_key = lru_cache(maxsize=KEYS_KEPT)(load_signing_key)


def node_key(tx: Tx, now: int) -> SigningKey:
    """The RSA key of the node's own actor, in whose name it fetches at `now` (seconds).

    For seven days after a change two are good: for a day the old one is tried first, so that nobody
    meets the new one before the news of it, which may have to wait for a host; then the new one, so
    that all have read it when the old one goes (T135).

    Raises:
        LookupError: there is no such actor: the node was not made by `hedgerow init`.
    """
    node = tx.one("select id from actor where local = 1 and kind = 'Application' limit 1")
    if node is None:
        raise LookupError("the node has no actor of its own")
    rows = tx.all(
        """
        select iri, private_key from actor_key
        where actor_id = :node_id and algorithm = 'rsa' and private_key is not null
        order by case when retired_at is null then 1 when retired_at > :lately then 0 else 2 end
        limit 2
        """,
        node_id=node["id"],
        lately=now - NEWS_S,
    )
    if not rows:
        raise LookupError("the node's own actor has no key to sign with")
    key, *others = [parse_key(row["iri"], row["private_key"]) for row in rows]
    return replace(key, other=others[0]) if others else key
