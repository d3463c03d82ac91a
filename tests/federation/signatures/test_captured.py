"""What real servers sent: their headers are read, their digests hold, linked-data signatures count
for nothing. The documents lie beside the project and are not carried along.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from federation.documents import read_activity
from federation.errors import BadSignature
from federation.proofs import read_proofs
from federation.signatures.cavage import read_parameters
from federation.signatures.digests import check_digest

FOLDER = Path(__file__).parents[4] / "shared" / "vectors"


def vectors(name: str) -> Any:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{path.name} lies beside the project, and is not there")
    cases = json.loads(path.read_text())["cases"]
    assert cases != []
    return cases


def test_the_headers_of_captured_messages_are_read_and_their_digests_hold():
    cases = vectors("http_real_captures.json")

    for case in cases:
        parameters = read_parameters(case["signature_header"])
        assert parameters.key_iri.endswith("#main-key")
        assert {"(request-target)", "host", "digest"} <= set(parameters.covered)
        check_digest(case["digest_header"], case["body"].encode())

    assert [case["digest_matches_body"] for case in cases] == [True] * 3


@pytest.mark.threat("T3")
def test_a_captured_message_with_one_byte_changed_does_not_fit_its_digest():
    for case in vectors("http_real_captures.json"):
        changed = case["body"].replace("https", "httpS", 1)
        with pytest.raises(BadSignature):
            check_digest(case["digest_header"], changed.encode())


@pytest.mark.threat("T32")
def test_a_linked_data_signature_is_no_proof_and_changes_nothing_that_is_read():
    for case in vectors("ld_signatures.json"):
        signed = case["document"]
        plain = {name: value for name, value in signed.items() if name != "signature"}

        assert signed["signature"]["type"] == "RsaSignature2017"
        assert read_proofs(signed, 1_800_000_000) == ()
        assert read_activity(signed) == read_activity(plain)
