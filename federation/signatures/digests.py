"""Digests of a body: `Digest` as old servers send it, `Content-Digest` as RFC 9530 says."""

import base64
import binascii
import hashlib
import hmac
import re

from federation.errors import BadSignature

STRONG = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*")
LEGACY_MEMBER = re.compile(r"\s*([A-Za-z0-9-]+)=([A-Za-z0-9+/]+={0,2})\s*")


def digest_of(body: bytes) -> str:
    """The value of a `Digest` header (RFC 3230, SHA-256)."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def content_digest_of(body: bytes) -> str:
    """The value of a `Content-Digest` header (RFC 9530, sha-256)."""
    return "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"


def check_digest(header: str, body: bytes) -> None:
    """Raise BadSignature unless a `Digest` header holds for the raw body.

    SHA-256 or SHA-512 must be there, and every one of these that is there must be right.
    """
    check_members(split_members(header, LEGACY_MEMBER, lower=True), body)


def check_content_digest(header: str, body: bytes) -> None:
    """Raise BadSignature unless a `Content-Digest` header holds for the raw body.

    sha-256 or sha-512 must be there, and every one of these that is there must be right.
    """
    check_members(split_members(header, MEMBER, lower=False), body)


def split_members(header: str, pattern: re.Pattern[str], *, lower: bool) -> list[tuple[str, str]]:
    found = [pattern.fullmatch(member) for member in header.split(",")]
    if not all(found):
        raise BadSignature("malformed-digest")
    return [(one[1].lower() if lower else one[1], one[2]) for one in found if one]


def check_members(members: list[tuple[str, str]], body: bytes) -> None:
    """Each strong digest must be right; what is too short or long to be one counts for nothing."""
    is_checked = False
    for name, value in members:
        if name not in STRONG:
            continue
        digest = STRONG[name](body).digest()
        try:
            claimed = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise BadSignature("malformed-digest") from None
        if len(claimed) != len(digest):
            continue
        if not hmac.compare_digest(claimed, digest):
            raise BadSignature("wrong-digest")
        is_checked = True
    if not is_checked:
        raise BadSignature("no-strong-digest")
