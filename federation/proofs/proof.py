"""Object proofs of the cryptosuite `eddsa-jcs-2022`: made, read, checked against a key.

What is signed is SHA-256 of the proof without its value, then SHA-256 of the document without
`signature` and `proof`, both canonical. So what was signed is exactly what is read (T32). Whose
key it was, and whether they own the document, the caller asks.

Source: FEP-8b32; W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import base58

from federation.documents.contexts import AS2, DATA_INTEGRITY
from federation.documents.shapes import instant_of, many, render_instant
from federation.errors import BadSignature, Malformed
from federation.proofs.jcs import canonical_json
from federation.signatures.keys import PublicKey, SigningKey

KIND, SUITE, PURPOSE = "DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"
DATA_INTEGRITIES = "https://w3id.org/security/data-integrity/"
PROOFS_MAX = 4
VALUE_CHARACTERS_MAX = 100
SIGNATURE_BYTES = 64

Json = Any


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that can be checked: the key it names, the signature, and what was signed."""

    key_iri: str
    signature: bytes
    signed: bytes


def read_proofs(document: Mapping[str, Json], now: int) -> tuple[Proof, ...]:
    """The proofs in a document that can be checked here; there may be none.

    Proofs of other suites, and by keys that are not found at an http(s) address, prove nothing
    and are passed over. So are those in a document without a context: PieFed takes the context
    out of what it passes on, and with it what was signed.

    Raises:
        BadSignature: a proof is malformed, for another purpose, over, or over another context
            than the document's; or there are more than four.
    """
    found = many(document.get("proof"))
    if len(found) > PROOFS_MAX:
        raise BadSignature("too-many-proofs")
    if "@context" not in document:
        return ()
    return tuple(read_proof(document, one, now) for one in found if is_checkable(one))


def is_checkable(proof: Json) -> bool:
    if not isinstance(proof, dict) or proof.get("type") != KIND:
        return False
    method = proof.get("verificationMethod")
    is_elsewhere = isinstance(method, str) and not method.startswith(("https://", "http://"))
    return proof.get("cryptosuite") == SUITE and not is_elsewhere


def read_proof(document: Mapping[str, Json], proof: Mapping[str, Json], now: int) -> Proof:
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or proof.get("proofPurpose") != PURPOSE:
        raise BadSignature("proof-for-another-purpose")
    check_times(proof, now)
    if "@context" in proof and many(proof["@context"]) != many(document["@context"]):
        raise BadSignature("proof-of-another-context")
    return Proof(method, signature_in(proof), signed_bytes(document, proof))


def check_times(proof: Mapping[str, Json], now: int) -> None:
    """Raise BadSignature for dates that cannot be read, and for a proof that is over.

    How old a proof is does not matter: what is passed on may be old.
    """
    for name in ("created", "expires"):
        if name in proof and instant_of(proof[name]) is None:
            raise BadSignature("unreadable-date")
    expires = instant_of(proof.get("expires"))
    if expires is not None and expires < now:
        raise BadSignature("expired")


def signature_in(proof: Mapping[str, Json]) -> bytes:
    """The 64 bytes of a `proofValue`, which is base58btc and begins with z."""
    text = proof.get("proofValue")
    if not isinstance(text, str) or text[:1] != "z" or len(text) > VALUE_CHARACTERS_MAX:
        raise BadSignature("malformed-proof")
    try:
        signature = base58.b58decode(text[1:])
    except ValueError:
        raise BadSignature("malformed-proof") from None
    if len(signature) != SIGNATURE_BYTES:
        raise BadSignature("malformed-proof")
    return signature


def signed_bytes(document: Mapping[str, Json], proof: Mapping[str, Json]) -> bytes:
    """What a proof signs.

    Raises:
        BadSignature: the document has no canonical form.
    """
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    plain = {name: value for name, value in document.items() if name not in ("signature", "proof")}
    try:
        return hashed(options) + hashed(plain)
    except Malformed:
        raise BadSignature("uncanonical-document") from None


def hashed(value: Json) -> bytes:
    return sha256(canonical_json(value)).digest()


def check_proof(proof: Proof, key: PublicKey) -> None:
    """Raise BadSignature unless the proof was made with that key, which must be Ed25519 (T8)."""
    if key.algorithm != "ed25519":
        raise BadSignature("algorithm-does-not-fit-key")
    key.check(proof.signature, proof.signed)


def with_proof(document: Mapping[str, Json], key: SigningKey, now: int) -> dict[str, Json]:
    """The document with a proof by an Ed25519 key of ours, and the context that defines it.

    Raises:
        BadSignature: the document has no canonical form, and nobody could check it (T35).
    """
    context = with_integrity(many(document.get("@context", AS2)))
    plain = {name: value for name, value in document.items() if name != "proof"}
    made = plain | {"@context": context}
    proof = {
        "@context": context,
        "type": KIND,
        "cryptosuite": SUITE,
        "created": render_instant(now),
        "verificationMethod": key.iri,
        "proofPurpose": PURPOSE,
    }
    signature = key.sign(signed_bytes(made, proof))
    return made | {"proof": proof | {"proofValue": "z" + base58.b58encode(signature).decode()}}


def may_prove(document: Mapping[str, Json]) -> bool:
    """Whether a proof can be put around a document: not if another vocabulary of proofs is inside.

    The terms of `data-integrity/v1` and `/v2` are protected from each other: with both in one
    document no JSON-LD reader takes it (seen with Fedify 2, whose proofs are of v1).
    """
    inner = document.get("object")
    context = many(inner.get("@context")) if isinstance(inner, dict) else []
    return not any(
        isinstance(one, str) and one.startswith(DATA_INTEGRITIES) and one != DATA_INTEGRITY
        for one in context
    )


def with_integrity(context: list[Json]) -> list[Json]:
    """A context that defines proofs as well; terms of our own stay last."""
    if DATA_INTEGRITY in context:
        return context
    named = [one for one in context if isinstance(one, str)]
    return [*named, DATA_INTEGRITY, *(one for one in context if not isinstance(one, str))]
