"""The worst header that a stranger can write keeps us busy for less than 100 ms (T44)."""

from contextlib import suppress

import pytest

from federation.documents.media_types import parse_media_type, wants_activity
from federation.errors import BadSignature, Malformed
from federation.signatures import cavage, digests, rfc9421
from tests.cpu import measured

HEADER_BYTES = 8_190
PIECES = ['"', "\\", '\\"', "a=", 'a="', '"a', "; a", ";a=1", '" ,', '("a")', '"" ', ":=:", "a=:"]
STARTS = ["", '"', 'a="', 'a=("', 'a=("";', "a=();"]
READERS = {
    "media type": parse_media_type,
    "accept": wants_activity,
    "cavage": cavage.read_parameters,
    "signature input": rfc9421.read_inputs,
    "signature": rfc9421.read_signatures,
    "digest": lambda header: digests.check_digest(header, b""),
    "content digest": lambda header: digests.check_content_digest(header, b""),
}


@pytest.mark.threat("T44")
@pytest.mark.parametrize("name", READERS)
def test_no_header_takes_long_to_read(name):
    slowest = max(
        seconds_for(READERS[name], (start + piece * HEADER_BYTES)[:HEADER_BYTES] + end)
        for start in STARTS
        for piece in PIECES
        for end in ("", "!", '"')
    )

    assert slowest < 0.1


def seconds_for(read, header):
    with measured() as cost, suppress(BadSignature, Malformed):
        read(header)
    return cost.cpu_s
