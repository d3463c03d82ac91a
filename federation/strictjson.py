"""JSON from strangers: one reader that refuses what two parsers could read differently.

Limits: depth 64, 20,000 values, 512 keys an object, strings of 256 KiB, integers within 2**53.
Refused as well: duplicate keys, NaN and Infinity, NUL, lone surrogates, anything but UTF-8.
"""

import json
import math
from functools import partial
from typing import Any

from federation.errors import Malformed

Json = Any

DEPTH_MAX = 64
VALUES_MAX = 20_000
KEYS_MAX = 512
STRING_BYTES_MAX = 262_144
INTEGER_MAX = 2**53
ROW_ID_MAX = 2**63 - 1


def read_json(body: bytes, *, has_row_ids: bool = False) -> Json:
    """The value in `body`. `has_row_ids`: integers up to 2**63 - 1, as apps write our row ids.

    Raises:
        Malformed: it is not JSON, or breaks one of the limits above.
    """
    check_size(body)
    try:
        text = body.decode("utf-8")
        value = (decoder_of_apps if has_row_ids else decoder).decode(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not well-formed JSON.") from error
    check_nesting(value, body)
    if "\\u" in text:
        check_text(value)
    return value


def check_size(body: bytes) -> None:
    """A cheap look before parsing: there are no more values than commas and openings."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") > VALUES_MAX:
        raise Malformed(f"The body holds more than {VALUES_MAX} values.")


def check_nesting(value: Json, body: bytes) -> None:
    """Raise Malformed if the value is deeper, or a text in it longer, than allowed."""
    if body.count(b"[") + body.count(b"{") > DEPTH_MAX and depth_of(value) > DEPTH_MAX:
        raise Malformed(f"The body is nested deeper than {DEPTH_MAX} levels.")
    if len(body) > STRING_BYTES_MAX and any(
        len(text.encode("utf-8", "surrogatepass")) > STRING_BYTES_MAX for text in texts_of(value)
    ):
        raise Malformed(f"A text in the body is longer than {STRING_BYTES_MAX} bytes.")


def depth_of(value: Json) -> int:
    """How many objects and arrays stand in one another."""
    depth, level = 0, [value] if isinstance(value, dict | list) else []
    while level:
        depth += 1
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
    return depth


def texts_of(value: Json) -> list[str]:
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            found += one.keys()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def check_text(value: Json) -> None:
    """Raise Malformed for NUL and lone surrogates, which no store takes."""
    for text in texts_of(value):
        if "\x00" in text:
            raise Malformed("A text in the body holds the character NUL.")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise Malformed("A text in the body is not well-formed Unicode.") from error


def read_pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    if len(made) > KEYS_MAX:
        raise ValueError("an object has too many keys")
    return made


def read_integer(digits: str, most: int = INTEGER_MAX) -> int:
    if len(digits) > 20 or abs(number := int(digits)) > most:
        raise ValueError("an integer is too large")
    return number


def read_float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


decoder = json.JSONDecoder(
    object_pairs_hook=read_pairs,
    parse_int=read_integer,
    parse_float=read_float,
    parse_constant=refuse_constant,
)
decoder_of_apps = json.JSONDecoder(
    object_pairs_hook=read_pairs,
    parse_int=partial(read_integer, most=ROW_ID_MAX),
    parse_float=read_float,
    parse_constant=refuse_constant,
)
