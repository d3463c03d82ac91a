"""Whether an activity carries its own actor's proof, so that it counts whoever brings it.

Source: FEP-8b32; FEP-fe34 (a proof counts only by the owner, on the owner's origin).
"""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from federation import documents
from federation.documents.shapes import iri_of, many
from federation.errors import BadSignature
from federation.limits import KEY_REFETCH_S
from federation.origin import is_same_origin
from federation.proofs import Proof, check_proof, read_proofs
from node.arrivals.apply_context import Fetched
from node.base.errors import Missing
from node.db.tx import Tx
from node.topics.actors.remote_keys import claimed_key, parse_public_key

PASSED_ON_MAX = 100
PROOFS_CHECKED_MAX = 24
"""Of all that an Announce holds. Each costs a transaction most of a millisecond (T142)."""

Json = Mapping[str, Any]


def is_proven(tx: Tx, value: Json, fetched: Mapping[str, Fetched], now: int) -> bool:
    """Whether there is a proof by the activity's own actor, and each proof in it holds.

    False where there is none that can be checked, the actor is one of ours, their home cannot be
    asked now, or lists no such key: what was said long ago is proven with one that another has
    followed since (T135). `fetched` is what became of the iris that were raised as `Missing`
    before.

    Raises:
        Missing: the actor's document must be read first, or again because the key may be new.
        BadSignature: a proof is wrong, or by the key of somebody else.
    """
    if value.get("proof") is None:
        return False
    iri, actor = iri_of(value.get("id")) or "", iri_of(value.get("actor")) or ""
    proofs = read_proofs(value, now)
    if not proofs:
        return False
    if not is_same_origin(iri, actor):
        raise BadSignature("foreign-activity-id")
    return all(is_by(tx, proof, actor, fetched, now) for proof in proofs)


def is_by(tx: Tx, proof: Proof, actor: str, fetched: Mapping[str, Fetched], now: int) -> bool:
    """Whether a proof is that of `actor`; the exceptions are those of `is_proven`."""
    if not is_same_origin(proof.key_iri, actor):
        raise BadSignature("key-of-another-origin")
    known = claimed_key(tx, proof.key_iri, actor)
    if known is not None and known.local:
        return False
    if known is not None and known.deleted_at is not None:
        raise BadSignature("deleted-actor")
    if known is not None and known.is_foreign:
        raise BadSignature("key-of-somebody-else")
    wrong: BadSignature | None = None
    if known is not None and known.public_key is not None:
        try:
            check_proof(proof, parse_public_key(known.public_key))
            return True
        except BadSignature as error:
            wrong = error
    is_fresh = known is not None and now - (known.read_at or 0) < KEY_REFETCH_S
    if actor not in fetched and not is_fresh:
        raise Missing([actor])
    if wrong is not None and fetched.get(actor, "stored") == "stored":
        raise wrong
    return False


def proven_parts(
    tx: Tx, value: Json, fetched: Mapping[str, Fetched], now: int
) -> tuple[documents.Activity, ...]:
    """The activities inside an Announce that their own actors have proven, as they are read.

    The first 24 proofs are looked at; what comes after them counts as without any.

    Raises:
        Missing, BadSignature: as `is_proven`.
        Malformed: one of them cannot be read.
    """
    parts = [one for one in many(value.get("object"))[:PASSED_ON_MAX] if isinstance(one, dict)]
    counts = accumulate(len(many(one.get("proof"))) for one in parts)
    looked_at = [
        one for one, so_far in zip(parts, counts, strict=True) if so_far <= PROOFS_CHECKED_MAX
    ]
    return tuple(
        documents.read_activity(one, depth=1)
        for one in looked_at
        if is_proven(tx, one, fetched, now)
    )
