"""JSON that two parsers could read differently is refused, and limits hold."""

import pytest

from federation.errors import Malformed
from federation.strictjson import read_json


@pytest.mark.threat("T35")
@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": 9007199254740993}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"",
        b"[" * 65 + b"]" * 65,
        b"[" + b"1," * 20_001 + b"1]",
        b'{"a": "' + b"x" * 262_145 + b'"}',
        b"{" + b",".join(b'"%d": 1' % n for n in range(513)) + b"}",
        b"[" * 100_000,
    ],
    ids=lambda body: body[:20],
)
def test_it_is_refused(body):
    with pytest.raises(Malformed):
        read_json(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, null, true, "\\u00e9"]}', {"a": [1, 2.5, None, True, "é"]}),
        (b"[" * 63 + b"]" * 63, None),
        (b"9007199254740992", 2**53),
    ],
)
def test_what_is_plain_is_read(body, value):
    found = read_json(body)

    assert value is None or found == value
