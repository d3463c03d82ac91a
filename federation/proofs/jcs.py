"""JSON in the one form that two programs agree on byte for byte (JCS, RFC 8785)."""

import math
from json.encoder import encode_basestring
from typing import Any

from federation.errors import Malformed

INTEGER_MAX = 2**53
DEPTH_MAX = 64
PLAIN_EXPONENTS = range(-6, 21)
"""The exponents of ten that ECMAScript writes out; beyond them it writes `1e+21`."""

Json = Any


def canonical_json(value: Json) -> bytes:
    """The canonical form of a JSON value.

    Raises:
        Malformed: an integer is beyond 2**53, where readers round differently (T35); a number is
            not finite; a text has a lone surrogate; it is nested deeper than 64.
    """
    parts: list[str] = []
    write(value, parts, 0)
    try:
        return "".join(parts).encode()
    except UnicodeEncodeError as error:
        raise Malformed("A text is not well-formed Unicode.") from error


def write(value: Json, parts: list[str], depth: int) -> None:
    """Append the canonical text of one value."""
    if depth > DEPTH_MAX:
        raise Malformed(f"The document is nested deeper than {DEPTH_MAX} levels.")
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif isinstance(value, dict):
        mark = "{"
        for name in sorted(value, key=code_units):
            parts += (mark, encode_basestring(name), ":")
            write(value[name], parts, depth + 1)
            mark = ","
        parts.append("}" if value else "{}")
    elif isinstance(value, list | tuple):
        mark = "["
        for one in value:
            parts.append(mark)
            write(one, parts, depth + 1)
            mark = ","
        parts.append("]" if value else "[]")
    else:
        parts.append(scalar_text(value))


def code_units(name: str) -> bytes:
    """What names are sorted by: their UTF-16 code units (section 3.2.3)."""
    return name.encode("utf-16-be", "surrogatepass")


def scalar_text(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise Malformed("An integer is too large to be signed.")
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return number_text(value)
    raise Malformed("That is not a value of JSON.")


def number_text(number: float) -> str:
    """A number as ECMAScript writes it (RFC 8785 section 3.2.2.3): `1.0` is `1`.

    Python finds the same shortest digits; only where the point goes differs.
    """
    if number == 0:
        return "0"
    sign, text = ("-", repr(-number)) if number < 0 else ("", repr(number))
    mantissa, _, power = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if point - 1 not in PLAIN_EXPONENTS:
        tail = f".{digits[1:]}" if digits[1:] else ""
        return f"{sign}{digits[0]}{tail}e{point - 1:+d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits.ljust(point, "0")
    return f"{sign}{digits[:point]}.{digits[point:]}"
