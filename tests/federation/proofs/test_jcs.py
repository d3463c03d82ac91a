"""JSON in its canonical form, by the vectors of RFC 8785 and beyond."""

import json
import math
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.proofs import canonical_json
from federation.strictjson import read_json

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "jcs_rfc8785.json").read_text())
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("case", VECTORS["cases"] + VECTORS["extra"], ids=lambda one: one["name"])
def test_a_document_is_written_as_the_vectors_say(case):
    written = canonical_json(json.loads(case["input_json_text"]))

    assert written == bytes.fromhex(case["canonical_hex"])


@pytest.mark.parametrize("case", VECTORS["numbers"], ids=lambda one: one["ieee754_hex"])
def test_a_number_is_written_as_ecmascript_writes_it(case):
    (number,) = struct.unpack(">d", bytes.fromhex(case["ieee754_hex"]))

    assert canonical_json(number) == case["expected"].encode()


@pytest.mark.threat("T35")
@pytest.mark.parametrize("case", VECTORS["must_refuse"], ids=lambda one: one["input_json_text"])
def test_what_is_no_json_is_refused_when_it_is_read(case):
    with pytest.raises(Malformed):
        read_json(case["input_json_text"].encode())


@pytest.mark.threat("T35")
@pytest.mark.parametrize(
    "value", [2**53 + 1, -(2**53) - 1, [10**30], math.inf, math.nan, "\ud800", {"\udfff": 1}, {1}]
)
def test_what_two_readers_would_round_or_repair_is_never_signed(value):
    with pytest.raises(Malformed):
        canonical_json(value)


def test_a_document_that_is_nested_too_deeply_is_refused():
    value: object = 1
    for _ in range(1_000):
        value = [value]

    with pytest.raises(Malformed):
        canonical_json(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_written_reads_as_itself(number):
    assert float(canonical_json(number)) == number


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
        lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
        max_leaves=20,
    )
)
def test_a_document_that_is_written_reads_as_itself_and_is_written_alike_again(value):
    written = canonical_json(value)

    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written
