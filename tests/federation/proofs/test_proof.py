"""Object proofs, by the vectors of FEP-8b32, FEP-c390 and the W3C, and by what must never hold."""

import json
from pathlib import Path
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.errors import BadSignature
from federation.proofs import Proof, canonical_json, check_proof, may_prove, read_proofs, with_proof
from federation.proofs.proof import signature_in, signed_bytes
from federation.signatures import SigningKey, load_public_key, load_signing_key, make_keys
from federation.signatures.multikey import pem_of_multikey

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "eddsa_jcs_2022.json").read_text())
NOW = 1_800_000_000
ROSE = "https://valley.example/people/rose"
RSA_PRIVATE, RSA_PUBLIC, PRIVATE, PUBLIC = make_keys()
KEY = load_signing_key(f"{ROSE}#ed25519-key", PRIVATE)
LIKE = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": f"{ROSE}/likes/1",
    "type": "Like",
    "actor": ROSE,
    "object": "https://hill.example/notes/1",
}
BY_ANOTHER = ("stolen proof: attributedTo another actor", "object on another origin")
"""Their arithmetic holds: who owns what is the caller's affair."""


def holds(document: dict[str, Any], pem: str = PUBLIC, now: int = NOW) -> bool:
    """Whether there is a proof, and each holds."""
    try:
        proofs = read_proofs(document, now)
        for proof in proofs:
            check_proof(proof, load_public_key(pem))
    except BadSignature:
        return False
    return bool(proofs)


def key_of(multibase: str) -> str:
    return pem_of_multikey(multibase)[1]


@pytest.mark.threat("T32")
@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda one: one["name"])
def test_proofs_of_the_vectors_are_judged_as_they_say(case):
    document = case["document"]
    key = load_public_key(key_of(case["public_key_multibase"]))

    try:
        assert document["proof"]["proofPurpose"] == "assertionMethod"
        signature = signature_in(document["proof"])
        key.check(signature, signed_bytes(document, document["proof"]))
        outcome = "valid"
    except (BadSignature, AssertionError):
        outcome = "invalid"

    assert outcome == ("valid" if case["name"] in BY_ANOTHER else case["expect"])
    if "hash_data_hex" in case:
        assert signed_bytes(document, document["proof"]).hex() == case["hash_data_hex"]


@pytest.mark.threat("T32")
@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda one: one["name"])
def test_proofs_of_the_vectors_hold_where_their_key_has_an_address(case):
    has_address = case["document"]["proof"]["verificationMethod"].startswith("https://")
    is_good = case["expect"] == "valid" or case["name"] in BY_ANOTHER

    found = holds(case["document"], key_of(case["public_key_multibase"]))

    assert found == (has_address and is_good)


def test_the_steps_of_the_w3cs_example_are_the_same():
    steps = VECTORS["w3c_intermediate"]
    document = json.loads(steps["canonDocJCS"])
    options = json.loads(steps["proofCanonJCS"])

    assert canonical_json(document).decode() == steps["canonDocJCS"]
    assert canonical_json(options).decode() == steps["proofCanonJCS"]
    assert signed_bytes(document, options)[32:].hex() == steps["docHashJCS"]


def test_a_proof_is_made_byte_for_byte_as_the_fep_shows_it():
    given = VECTORS["sign_input"]
    secret = base58.b58decode(VECTORS["secret_key_multibase"][1:])[2:]
    key = SigningKey(
        given["proof_options"]["verificationMethod"], Ed25519PrivateKey.from_private_bytes(secret)
    )

    made = with_proof(given["document"], key, 1_677_281_798)

    assert made == given["expected"]


def test_what_we_prove_holds_after_it_was_written_and_read():
    made = json.loads(json.dumps(with_proof(LIKE, KEY, NOW)))

    assert holds(made)
    assert made["@context"] == [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2",
    ]


def test_our_own_terms_stay_last_in_the_context():
    terms = {"Hashtag": "as:Hashtag"}
    document = LIKE | {"@context": ["https://www.w3.org/ns/activitystreams", terms]}

    made = with_proof(with_proof(document, KEY, NOW), KEY, NOW)

    assert made["@context"] == [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2",
        terms,
    ]
    assert holds(made)


@pytest.mark.parametrize(
    ("version", "may"), [("v2", True), ("v1", False), ("v3", False), (None, True)]
)
def test_no_proof_is_put_around_one_of_another_vocabulary(version, may):
    integrity = [f"https://w3id.org/security/data-integrity/{version}"] if version else []
    inner = LIKE | {"@context": ["https://www.w3.org/ns/activitystreams", *integrity]}

    assert may_prove({"type": "Announce", "object": inner}) == may


@pytest.mark.threat("T32")
@pytest.mark.parametrize(
    "changes",
    [
        {"object": "https://hill.example/notes/2"},
        {"type": "Dislike"},
        {"to": None},
        {"@context": ["https://www.w3.org/ns/activitystreams"]},
        {"@context": [*with_proof(LIKE, KEY, NOW)["@context"], {"object": "as:actor"}]},
    ],
)
def test_nothing_can_be_changed_added_or_given_another_meaning(changes):
    assert not holds(with_proof(LIKE, KEY, NOW) | changes)


@pytest.mark.threat("T32")
def test_nothing_can_be_taken_out():
    made = with_proof(LIKE, KEY, NOW)

    for name in ("id", "type", "actor", "object"):
        assert not holds({key: value for key, value in made.items() if key != name})


def test_a_signature_that_was_put_in_afterwards_does_not_matter():
    made = with_proof(LIKE, KEY, NOW)

    assert holds(made | {"signature": {"type": "RsaSignature2017", "signatureValue": "…"}})


@pytest.mark.threat("T8")
def test_a_proof_is_checked_with_ed25519_alone():
    rsa = load_signing_key(KEY.iri, RSA_PRIVATE)
    proof = Proof(rsa.iri, rsa.sign(b"what was signed"), b"what was signed")

    with pytest.raises(BadSignature, match="algorithm-does-not-fit-key"):
        check_proof(proof, load_public_key(RSA_PUBLIC))


def changed(**options: Any) -> dict[str, Any]:
    """A document whose proof has other options; each was signed as it stands."""
    document = {key: value for key, value in with_proof(LIKE, KEY, NOW).items() if key != "proof"}
    proof = with_proof(LIKE, KEY, NOW)["proof"] | options
    proof = {key: value for key, value in proof.items() if value is not None}
    signature = KEY.sign(signed_bytes(document, proof))
    return document | {"proof": proof | {"proofValue": "z" + base58.b58encode(signature).decode()}}


@pytest.mark.parametrize(
    "options",
    [
        {"created": "yesterday"},
        {"created": 12},
        {"expires": "soon"},
        {"expires": "2026-01-01T00:00:00Z"},
        {"proofPurpose": "authentication"},
        {"proofPurpose": None},
        {"verificationMethod": None},
        {"verificationMethod": ["https://valley.example/people/rose#ed25519-key"]},
        {"@context": ["https://www.w3.org/ns/activitystreams"]},
    ],
)
def test_a_proof_with_odd_options_is_refused_though_it_was_signed_like_that(options):
    with pytest.raises(BadSignature):
        read_proofs(changed(**options), NOW)


@pytest.mark.parametrize(
    "options",
    [
        {"created": "2020-01-01T00:00:00.123456789Z"},
        {"created": None},
        {"expires": "2099-01-01T00:00:00Z"},
        {"@context": None},
    ],
)
def test_a_proof_may_be_old_undated_or_without_a_context(options):
    assert holds(changed(**options))


@pytest.mark.parametrize(
    "options",
    [
        {"type": "RsaSignature2017"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"cryptosuite": None},
        {"verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"},
    ],
)
def test_a_proof_of_another_kind_proves_nothing_and_is_no_fault(options):
    assert read_proofs(changed(**options), NOW) == ()


def test_a_proof_over_a_context_that_a_relay_took_out_proves_nothing():
    made = with_proof(LIKE, KEY, NOW)
    del made["@context"]

    assert read_proofs(made, NOW) == ()


@pytest.mark.parametrize(
    "value", [None, 1, "", "z", "z0OIl", "zé", "u" + "A" * 86, "z" + "1" * 500]
)
def test_a_value_that_is_no_signature_is_refused(value):
    made = with_proof(LIKE, KEY, NOW)
    made["proof"]["proofValue"] = value

    with pytest.raises(BadSignature):
        read_proofs(made, NOW)


def test_of_several_proofs_each_must_hold():
    made = with_proof(LIKE, KEY, NOW)
    wrong = changed(created="2020-01-01T00:00:00Z")["proof"] | {"created": "2021-01-01T00:00:00Z"}
    foreign = {"type": "DataIntegrityProof", "cryptosuite": "bip340-jcs-2025"}

    assert holds(made | {"proof": [made["proof"], foreign]})
    assert not holds(made | {"proof": [made["proof"], wrong]})


@pytest.mark.threat("T44")
def test_more_than_four_proofs_are_not_even_read():
    made = with_proof(LIKE, KEY, NOW)

    with pytest.raises(BadSignature):
        read_proofs(made | {"proof": [made["proof"]] * 5}, NOW)


@pytest.mark.threat("T35")
def test_a_number_that_cannot_be_written_exactly_is_never_proved():
    with pytest.raises(BadSignature):
        with_proof(LIKE | {"duration": 2**53 + 1}, KEY, NOW)
