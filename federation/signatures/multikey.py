"""Multikey: a public key as a short text (FEP-521a; W3C Controlled Identifiers 2.2.2)."""

from typing import Literal

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from federation.errors import Malformed

ED25519 = bytes.fromhex("ed01")
RSA = bytes.fromhex("8524")
CHARACTERS_MAX = 2_048
Algorithm = Literal["rsa", "ed25519"]


def multikey_of_pem(pem: str) -> str:
    """A public key (PEM, SPKI) as multibase base58btc with its multicodec prefix.

    Raises:
        Malformed: it is neither RSA nor Ed25519.
    """
    key = load_pem_public_key(pem.encode())
    if isinstance(key, Ed25519PublicKey):
        raw = ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    elif isinstance(key, RSAPublicKey):
        raw = RSA + key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    else:
        raise Malformed("Only RSA and Ed25519 keys are used here.")
    return "z" + base58.b58encode(raw).decode()


def pem_of_multikey(encoded: str) -> tuple[Algorithm, str]:
    """The algorithm and the PEM (SPKI) of a Multikey.

    Raises:
        Malformed: it is not base58btc, of another kind, or of the wrong length.
    """
    if not encoded.startswith("z") or len(encoded) > CHARACTERS_MAX:
        raise Malformed("A Multikey begins with z and is not that long.")
    try:
        raw = base58.b58decode(encoded[1:])
        if raw.startswith(ED25519):
            key: Ed25519PublicKey | RSAPublicKey = Ed25519PublicKey.from_public_bytes(raw[2:])
            algorithm: Algorithm = "ed25519"
        elif raw.startswith(RSA):
            found = load_der_public_key(raw[2:])
            if not isinstance(found, RSAPublicKey):
                raise Malformed("A Multikey says RSA and is not.")
            key, algorithm = found, "rsa"
        else:
            raise Malformed("Only RSA and Ed25519 keys are used here.")
    except ValueError as error:
        raise Malformed("That is not a Multikey.") from error
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return algorithm, pem.decode()
