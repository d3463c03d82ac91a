"""Keys: made, parsed once, and used; the algorithm follows from the key, never from a header."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from federation.errors import BadSignature

PEM_BYTES_MAX = 8_192
RSA_BITS = 2_048
RSA_BITS_MAX = 4_096
RSA_EXPONENT = 65_537
RSA_EXPONENT_MAX = 2**32
Algorithm = Literal["rsa", "ed25519"]
PUBLISHED = frozenset(
    """c73eecd318bd3813f2402a660d8a90010ca35d609d19377d5ee7af200713229f
    72859cbaf21a0b398b1f25712bbed148b1d85a0c6b824176eb306405caa6f0b2
    34571606cb7a0d71be377e671ddcccae2a169ed7733598214129231cd30c4a3c
    019b6c545adbc7b3544074e99f142260543af3337a7bb6a5298ad9a6f5f1733e""".split()
)
"""SHA-256 of the SPKI of keys whose private half anybody can read: three of RFC 9421, appendix B,
and that of the tests of Mastodon."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A parsed public key. Parse once and keep it."""

    key: RSAPublicKey | Ed25519PublicKey

    @property
    def algorithm(self) -> Algorithm:
        """What it can verify."""
        return "rsa" if isinstance(self.key, RSAPublicKey) else "ed25519"

    def check(self, signature: bytes, base: bytes, *, sha512: bool = False) -> None:
        """Raise BadSignature unless `signature` is that of `base` by this key."""
        try:
            if isinstance(self.key, RSAPublicKey):
                self.key.verify(signature, base, PKCS1v15(), SHA512() if sha512 else SHA256())
            else:
                self.key.verify(signature, base)
        except InvalidSignature:
            raise BadSignature("wrong-signature") from None


def load_public_key(pem: str) -> PublicKey:
    """Parse a public key: RSA of 2,048 to 4,096 bits or Ed25519, PEM as SPKI or PKCS#1.

    Raises:
        BadSignature: it is none of these, longer than 8 KiB, or its private half is known (T8).
    """
    if len(pem) > PEM_BYTES_MAX:
        raise BadSignature("key-too-large")
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadSignature("unreadable-key") from None
    if isinstance(key, RSAPublicKey):
        is_usual = key.public_numbers().e < RSA_EXPONENT_MAX
        if not RSA_BITS <= key.key_size <= RSA_BITS_MAX or not is_usual:
            raise BadSignature("weak-or-huge-key")
    elif not isinstance(key, Ed25519PublicKey):
        raise BadSignature("unknown-kind-of-key")
    if fingerprint_of(key) in PUBLISHED:
        raise BadSignature("published-key")
    return PublicKey(key)


def fingerprint_of(key: RSAPublicKey | Ed25519PublicKey) -> str:
    """The SHA-256 of a key as SPKI, in hex."""
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A parsed private key of ours and the iri it is published under. Parse once and keep it.

    `other` is the key to try where this one is doubted, after a change of keys.
    """

    iri: str
    key: RSAPrivateKey | Ed25519PrivateKey
    other: "SigningKey | None" = None

    @property
    def algorithm(self) -> Algorithm:
        """What it signs with."""
        return "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"

    @property
    def public(self) -> PublicKey:
        """What verifies it."""
        return PublicKey(self.key.public_key())

    def sign(self, base: bytes) -> bytes:
        """The signature of `base`: RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519."""
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(base, PKCS1v15(), SHA256())
        return self.key.sign(base)


def make_keys() -> tuple[str, str, str, str]:
    """New keys for an actor: RSA private and public, Ed25519 private and public, all PEM.

    Takes about 60 ms of CPU: call it off the event loop.
    """
    rsa = generate_private_key(RSA_EXPONENT, RSA_BITS)
    return (*pems_of(rsa), *pems_of(Ed25519PrivateKey.generate()))


def pems_of(key: RSAPrivateKey | Ed25519PrivateKey) -> tuple[str, str]:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
