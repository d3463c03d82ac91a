"""Signatures as draft-cavage-http-signatures-12 says: the `Signature` header of one line."""

import base64
import binascii
import re
from dataclasses import dataclass

from federation.errors import BadSignature
from federation.signatures.request import Request

HEADER_CHARACTERS_MAX = 8_192
PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|(\d+(?:\.\d+)?))\s*(?:,|$)')
ALGORITHMS = frozenset(("rsa-sha256", "rsa-sha512", "hs2019", "ed25519", "ed25519-sha512"))


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a `Signature` header says."""

    key_iri: str
    signature: bytes
    covered: tuple[str, ...]
    algorithm: str | None
    created: int | None
    expires: int | None


def read_parameters(header: str) -> Parameters:
    """The parts of a `Signature` header.

    Raises:
        BadSignature: it cannot be read, repeats a part, or names an algorithm not used here (T8).
    """
    found = split_parameters(header)
    algorithm = found.get("algorithm", "").lower() or None
    if algorithm is not None and algorithm not in ALGORITHMS:
        raise BadSignature("unknown-algorithm")
    if "keyId" not in found or "signature" not in found:
        raise BadSignature("incomplete-signature")
    covered = tuple(found.get("headers", "date").lower().split())
    if not covered or len(covered) != len(set(covered)):
        raise BadSignature("odd-headers-list")
    created, expires = instant(found, "created"), instant(found, "expires")
    if algorithm is not None and algorithm.startswith("rsa") and "(created)" in covered:
        raise BadSignature("created-with-old-algorithm")
    return Parameters(
        found["keyId"], decoded(found["signature"]), covered, algorithm, created, expires
    )


def split_parameters(header: str) -> dict[str, str]:
    if len(header) > HEADER_CHARACTERS_MAX:
        raise BadSignature("signature-too-long")
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = PARAMETER.match(header, at)
        if match is None or match[1] in found:
            raise BadSignature("malformed-signature")
        found[match[1]] = match[2] if match[2] is not None else match[3]
        at = match.end()
    return found


def instant(found: dict[str, str], name: str) -> int | None:
    text = found.get(name)
    if text is None:
        return None
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise BadSignature("malformed-signature") from None


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("malformed-signature") from None


def signing_string(request: Request, parameters: Parameters, target: str) -> bytes:
    """What was signed (section 2.3), with `target` as path and query.

    Raises:
        BadSignature: a covered header is not there.
    """
    lines = [
        f"{name}: {covered_value(request, parameters, name, target)}" for name in parameters.covered
    ]
    return "\n".join(lines).encode()


def covered_value(request: Request, parameters: Parameters, name: str, target: str) -> str:
    value: str | int | None
    if name == "(request-target)":
        value = f"{request.method.lower()} {target}"
    elif name == "(created)":
        value = parameters.created
    elif name == "(expires)":
        value = parameters.expires
    elif name == "host":
        value = request.authority
    else:
        value = request.value(name)
    if value is None:
        raise BadSignature("covered-header-missing")
    return str(value)


def render_signature(key_iri: str, covered: list[str], signature: bytes) -> str:
    """The `Signature` header of an RSA signature over `covered`."""
    parts = {
        "keyId": key_iri,
        "algorithm": "rsa-sha256",
        "headers": " ".join(covered),
        "signature": base64.b64encode(signature).decode(),
    }
    return ",".join(f'{name}="{value}"' for name, value in parts.items())
