"""Every published and generated vector of HTTP signatures, digests and keys, with its verdict.

Vectors of draft-cavage-12, RFC 9421, RFC 9530, FEP-521a, and of Mastodon's own specification; where
each comes from stands in the files.
"""

import json
from calendar import timegm
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from federation.errors import BadSignature, Malformed
from federation.signatures import (
    PublicKey,
    Request,
    check_claim,
    load_signing_key,
    make_keys,
    read_claim,
    sign_request,
)
from federation.signatures.cavage import read_parameters, signing_string
from federation.signatures.digests import check_content_digest, check_digest
from federation.signatures.keys import load_public_key
from federation.signatures.multikey import multikey_of_pem, pem_of_multikey
from federation.signatures.rfc9421 import read_inputs, signature_base

FOLDER = Path(__file__).parents[2] / "vectors"
POLICY = {
    "post split target": "accepted: method, path and authority are all covered",
    "get query param": "refused: the query as a whole is not covered",
    "two labels, one good": "refused: exactly one signature is read",
}
"""Vectors that leave the choice to the verifier, and ours."""

QUIRK = "query string is missing from the signature verification"
"""What Mastodon takes for the sake of its own past; here whoever signs a GET so is a visitor."""


def vectors(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def instant(text: str) -> int:
    return timegm(datetime.fromisoformat(text).utctimetuple())


def request_of(described: Any, extra: dict[str, str], host: str | None = None) -> Request:
    headers = [(name.lower(), value) for name, value in described["headers"]]
    headers += list(extra.items())
    authority = host or dict(headers).get("host", "")
    body = described.get("body") or ""
    url = f"https://{authority}{described['target']}"
    return Request(described["method"], url, headers, body.encode())


def key_in(pem: str) -> PublicKey:
    """A vector's key; some are too short for our policy."""
    return PublicKey(load_pem_public_key(pem.encode()))  # type: ignore[arg-type]


def is_valid(request: Request, key: PublicKey, now: int) -> bool:
    try:
        check_claim(read_claim(request, now), key)
    except BadSignature:
        return False
    return True


def named(cases: Any) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


CAVAGE = vectors("http_cavage12.json")
RFC9421 = vectors("http_rfc9421.json")
MASTODON = vectors("http_mastodon_spec.json")


@named(CAVAGE["appendix_c"])
def test_signing_strings_of_the_drafts_appendix_are_made_and_verify(case):
    key = key_in(CAVAGE["keys"]["Test"]["public_pem"])
    request = request_of(case["request"], {})
    parameters = read_parameters(case["signature_header"])
    base = signing_string(request, parameters, request.target)

    try:
        key.check(parameters.signature, base)
        holds = True
    except BadSignature:
        holds = False

    is_changed_body = case["name"] == "C.3 changed body"
    assert holds == (case["expect"] == "valid" or is_changed_body or "policy" in case["name"])
    if case["expect"] == "valid":
        assert base.decode() == case["signing_string"]


@pytest.mark.threat("T3")
@pytest.mark.threat("T4")
@pytest.mark.threat("T5")
@named(CAVAGE["generated"]["cases"])
def test_draft_cavage_requests_are_held_to_our_policy(case):
    key = key_in(CAVAGE["keys"]["Test"]["public_pem"])
    host = "b.example"
    request = request_of(case["request"], {"signature": case["signature_header"]}, host)

    assert is_valid(request, key, instant(CAVAGE["generated"]["clock"])) == (
        case["expect"] == "valid"
    )


@named(RFC9421["appendix_b2"])
def test_signature_bases_of_rfc_9421_are_made(case):
    message = RFC9421["messages"][case["message"]]
    if "method" not in message:
        pytest.skip("signatures of answers are not used here")
    described = read_inputs(case["signature_input"])[0]
    request = request_of(message, {})

    assert signature_base(request, described).decode() == case["signature_base"]


@named(RFC9421["generated"]["cases"])
def test_rfc_9421_requests_are_held_to_our_policy(case):
    key = key_in(RFC9421["keys"][case["key"]]["public_pem"])
    extra = {"signature-input": case["signature_input"], "signature": case["signature"]}
    request = request_of(case["request"], extra, "b.example")
    outcome = is_valid(request, key, instant(RFC9421["generated"]["clock"]))

    if case["expect"] == "policy":
        assert outcome == POLICY[case["name"]].startswith("accepted")
    else:
        assert outcome == (case["expect"] == "valid")


@named(MASTODON["cases"])
def test_requests_of_mastodons_specification_are_judged_alike(case):
    if "inaccessible key" in case["name"]:
        pytest.skip("whether a key can be had is not asked here")
    key = key_in(MASTODON["keys"][case["key"]]["public_pem"])
    request = request_of(case["request"], {}, "www.example.com")

    is_right = case["expect"] == "valid" and QUIRK not in case["name"]
    assert is_valid(request, key, instant(MASTODON["clock"])) == is_right


@pytest.mark.threat("T3")
@pytest.mark.parametrize("case", vectors("digest.json")["checks"], ids=lambda case: case["value"])
def test_digests_are_checked_as_the_vectors_say(case):
    bodies = {one["name"]: one["body_hex"] for one in vectors("digest.json")["bodies"]}
    check = check_digest if case["header"] == "Digest" else check_content_digest

    try:
        check(case["value"], bytes.fromhex(bodies[case["body"]]))
        holds = True
    except BadSignature:
        holds = False

    assert holds == (case["expect"] == "match")


@named(vectors("multikey.json")["keys"])
def test_multikeys_are_read_and_written(case):
    if "P-256" in case["name"]:
        pytest.skip("keys of this kind are not used in the Fediverse, nor here")
    _, pem = pem_of_multikey(case["multibase"])

    assert pem == case["spki_pem"]
    assert multikey_of_pem(pem) == case["multibase"]


@pytest.mark.threat("T8")
@pytest.mark.parametrize(
    "case", vectors("multikey.json")["must_refuse"], ids=lambda one: one["why"]
)
def test_what_is_no_multikey_is_refused(case):
    with pytest.raises(Malformed):
        pem_of_multikey(case["multibase"])


@pytest.mark.threat("T8")
def test_short_huge_and_unknown_keys_are_refused():
    short = CAVAGE["keys"]["Test"]["public_pem"]
    ecc = RFC9421["keys"]["test-key-ecc-p256"]["public_pem"]

    for pem in (short, ecc, "", "x" * 10_000, "-----BEGIN PUBLIC KEY-----\n"):
        with pytest.raises(BadSignature):
            load_public_key(pem)


@pytest.mark.threat("T8")
@pytest.mark.parametrize("name", ["test-key-rsa", "test-key-rsa-pss", "test-key-ed25519"])
def test_a_key_whose_private_half_anybody_can_read_is_refused(name):
    with pytest.raises(BadSignature) as refused:
        load_public_key(RFC9421["keys"][name]["public_pem"])

    assert refused.value.reason == "published-key"


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_we_sign_verifies(form, method):
    private, public, *_ = make_keys()
    url, now = "https://peer.example/inbox?a=1", 1_800_000_000
    body = b'{"type": "Follow"}' if method == "POST" else None
    key = load_signing_key("https://us.example/people/ann#main-key", private)

    headers = sign_request(method, url, body, key, now, form)
    pairs = [(name.lower(), value) for name, value in headers.items()]
    claim = read_claim(Request(method, url, pairs, body or b""), now + 60)
    check_claim(claim, load_public_key(public))

    assert (claim.key_iri, claim.form) == (key.iri, form)
