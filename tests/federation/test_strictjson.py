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
    ids=range(16),
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
    ids=range(3),
)
def test_what_is_plain_is_read(body, value):
    found = read_json(body)

    assert value is None or found == value


@pytest.mark.threat("T35")
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "The body is not well-formed JSON."),
        (b'{"a":1,"a":2}', "The body is not well-formed JSON."),
        (b"[" + b"[]," * 20_000 + b"1]", "The body holds more than 20000 values."),
        (b"[" + b"{}," * 10_000 + b"{}]", "The body holds more than 20000 values."),
        (b"[" * 65 + b"]" * 65, "The body is nested deeper than 64 levels."),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "The body is nested deeper than 64 levels."),
        (
            b'["' + b"x" * 262_145 + b'"]',
            "A text in the body is longer than 262144 bytes.",
        ),
        (b'{"' + b"x" * 262_145 + b'":1}', "A text in the body is longer than 262144 bytes."),
        (b'["\\u0000"]', "A text in the body holds the character NUL."),
        (b'{"\\u0000":1}', "A text in the body holds the character NUL."),
        (b'[{"a":["\\udc00"]}]', "A text in the body is not well-formed Unicode."),
    ],
    ids=range(11),
)
def test_a_refusal_says_what_is_wrong(body, sentence):
    with pytest.raises(Malformed) as refused:
        read_json(body)

    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[" * 64 + b"]" * 64, None),
        (b'{"a":' * 64 + b"1" + b"}" * 64, None),
        (b"[" * 63 + b"[],[],{}" + b"]" * 63, None),
        (b"[" + b"0," * 19_999 + b"0]", None),
        (b'["' + b"x" * 262_144 + b'"]', None),
        (b"{" + b",".join(b'"%d": 1' % n for n in range(512)) + b"}", None),
        (b"-9007199254740992", -(2**53)),
        (b"[1e2, -0.5, 1E-2]", [100.0, -0.5, 0.01]),
        (b'"\\ud83c\\udf33"', "\U0001f333"),
        (b"null", None),
        (b"[]", []),
        (b'"x"', "x"),
    ],
    ids=range(12),
)
def test_what_stands_at_a_limit_is_read(body, value):
    found = read_json(body)

    assert value is None or found == value


@pytest.mark.threat("T35")
@pytest.mark.parametrize(
    "body",
    [b"-9007199254740993", b"123456789012345678", b"-Infinity", b"-1e999", b"1e99999"],
    ids=range(5),
)
def test_a_number_beyond_the_limits_is_refused(body):
    with pytest.raises(Malformed):
        read_json(body)


@pytest.mark.threat("T35")
@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b'{"a":1,"a":2}', "a key stands twice in one object"),
        (
            b"{" + b",".join(b'"%d": 1' % n for n in range(513)) + b"}",
            "an object has too many keys",
        ),
        (b"9007199254740993", "an integer is too large"),
        (b"1e999", "a number is too large"),
        (b"-Infinity", "-Infinity is not JSON"),
    ],
    ids=range(5),
)
def test_what_was_wrong_in_the_reading_stands_behind_the_refusal(body, cause):
    with pytest.raises(Malformed) as refused:
        read_json(body)

    assert str(refused.value.__cause__) == cause
