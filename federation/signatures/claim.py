"""A signed request, read and held to our policy, then checked against a key.

The policy: the body's digest is covered and holds over the raw bytes; method, path and host are
covered, and the host is ours; the request was made within 12 hours back and 1 hour ahead. Stricter
than most peers ask for and laxer than none (FEP-fe34; threats T3, T4, T5, T7, T8).
"""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from federation.errors import BadSignature
from federation.signatures import cavage, rfc9421
from federation.signatures.digests import check_content_digest, check_digest
from federation.signatures.keys import PublicKey
from federation.signatures.request import Request, check_single

AGE_S_MAX = 12 * 3_600
AHEAD_S_MAX = 3_600
KEY_IRI_CHARACTERS_MAX = 2_048
QUERY_PARTS = frozenset(("@target-uri", "@request-target", "@query"))
QUERY_UNCOVERED = "query-uncovered"


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that keeps our policy and says which key signed it; the signature is unchecked.

    `bases` are what may have been signed. Of a POST the query counts for nothing here, and old
    servers leave it out. `bare_bases` leave out the query of a GET, which says what is asked for:
    so signed it is not proven, and `check_claim` says that this is why.
    `covered` are the names of the headers and parts that the signature binds, in lower case.
    `signed_at` is when that was, by the signer's clock (seconds).
    """

    key_iri: str
    form: Literal["cavage", "rfc9421"]
    signature: bytes
    bases: tuple[bytes, ...]
    algorithm: str | None
    covered: frozenset[str] = frozenset()
    signed_at: int = 0
    bare_bases: tuple[bytes, ...] = ()


def read_claim(request: Request, now: int) -> Claim:
    """Read the signature of a request and hold it to the policy.

    Raises:
        BadSignature: there is none, it cannot be read, or it does not keep the policy.
    """
    check_single(request)
    if request.value("signature") is None:
        raise BadSignature("unsigned")
    if request.value("signature-input") is not None:
        claim = read_rfc9421(request, now)
    else:
        claim = read_cavage(request, now)
    if not 0 < len(claim.key_iri) <= KEY_IRI_CHARACTERS_MAX:
        raise BadSignature("odd-key-id")
    return claim


def read_cavage(request: Request, now: int) -> Claim:
    parameters = cavage.read_parameters(request.value("signature") or "")
    covered = set(parameters.covered)
    if not {"(request-target)", "host"} <= covered:
        raise BadSignature("target-or-host-uncovered")
    check_host(request)
    if "(created)" in covered and parameters.created is not None:
        signed_at = parameters.created
    elif "date" in covered:
        signed_at = http_date(request.value("date"))
    else:
        raise BadSignature("date-uncovered")
    check_time(signed_at, now)
    check_expiry(parameters.expires, now)
    check_body(request, covered)
    path, mark, _ = request.target.partition("?")
    whole = (cavage.signing_string(request, parameters, request.target),)
    bare = (cavage.signing_string(request, parameters, path),) if mark else ()
    is_post = request.method.upper() == "POST"
    return Claim(
        parameters.key_iri,
        "cavage",
        parameters.signature,
        whole + bare if is_post else whole,
        parameters.algorithm,
        frozenset(covered),
        signed_at,
        bare,
    )


def read_rfc9421(request: Request, now: int) -> Claim:
    inputs = rfc9421.read_inputs(request.value("signature-input") or "")
    signatures = rfc9421.read_signatures(request.value("signature") or "")
    if len(inputs) != 1 or inputs[0].label not in signatures:
        raise BadSignature("not-exactly-one-signature")
    described = inputs[0]
    names = described.names
    covers_target = "@target-uri" in names or (
        ("@path" in names or "@request-target" in names)
        and ("@authority" in names or "host" in names)
    )
    if "@method" not in names or not covers_target:
        raise BadSignature("target-or-host-uncovered")
    check_host(request)
    created = described.instant("created")
    if created is None:
        raise BadSignature("date-uncovered")
    check_time(created, now)
    check_expiry(described.instant("expires"), now)
    check_body(request, set(names))
    base = (rfc9421.signature_base(request, described),)
    is_post = request.method.upper() == "POST"
    is_whole = is_post or "?" not in request.target or bool(QUERY_PARTS & names)
    return Claim(
        described.parameters.get("keyid", ""),
        "rfc9421",
        signatures[described.label],
        base if is_whole else (),
        described.parameters.get("alg"),
        names,
        created,
        base,
    )


def check_host(request: Request) -> None:
    """Raise BadSignature unless the request was meant for the host we are configured as (T4)."""
    host = request.value("host")
    if host is not None and host.lower() != request.authority.lower():
        raise BadSignature("another-host")


def check_time(at: int, now: int) -> None:
    """Raise BadSignature unless `at` is within 12 hours back and 1 hour ahead (T5)."""
    if not now - AGE_S_MAX <= at <= now + AHEAD_S_MAX:
        raise BadSignature("date-out-of-window")


def check_expiry(expires: int | None, now: int) -> None:
    if expires is not None and expires + AHEAD_S_MAX < now:
        raise BadSignature("expired")


def http_date(text: str | None) -> int:
    try:
        return int(parsedate_to_datetime(text or "").timestamp())
    except (ValueError, TypeError, OverflowError, IndexError):
        raise BadSignature("unreadable-date") from None


def check_body(request: Request, covered: set[str]) -> None:
    """Raise BadSignature unless the raw body is bound to the signature (T3)."""
    is_checked = False
    for name, check in (("digest", check_digest), ("content-digest", check_content_digest)):
        header = request.value(name)
        if header is not None and (name in covered or request.body):
            check(header, request.body)
            is_checked = is_checked or name in covered
    if request.method.upper() == "POST" and not is_checked:
        raise BadSignature("digest-uncovered")


def check_claim(claim: Claim, key: PublicKey) -> None:
    """Raise BadSignature unless the claim was signed by that key (T8).

    The algorithm follows from the key; one that the header names must agree with it.
    """
    check_algorithm(claim, key)
    if any(is_signed(claim, key, base) for base in claim.bases):
        return
    is_bare = any(is_signed(claim, key, base) for base in claim.bare_bases)
    raise BadSignature(QUERY_UNCOVERED if is_bare else "wrong-signature")


def is_signed(claim: Claim, key: PublicKey, base: bytes) -> bool:
    try:
        key.check(claim.signature, base, sha512=claim.algorithm == "rsa-sha512")
    except BadSignature:
        return False
    return True


def check_algorithm(claim: Claim, key: PublicKey) -> None:
    fitting = {
        "rsa": (None, "hs2019", "rsa-sha256", "rsa-sha512", "rsa-v1_5-sha256"),
        "ed25519": (None, "hs2019", "ed25519", "ed25519-sha512"),
    }[key.algorithm]
    if claim.algorithm not in fitting:
        raise BadSignature("algorithm-does-not-fit-key")
