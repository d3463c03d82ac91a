"""Small damage to documents and texts, the same for the same seed."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

Json = Any

ODD_TEXTS = (
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e",
    "\r\nX: y",
    "as:Public",
    "https://[::1",
    "https://valley.example:99999/",
    "https://" + "a" * 3_000,
    "javascript:alert(1)",
    "<p>" * 2_000,
    "&#x" * 1_000,
    "@" * 5_000,
    "#" * 5_000,
    "2026-13-45T99:99:99Z",
    "0000-00-00",
    "9" * 400,
    "a@b@c@d",
    "multipart/" * 300,
    ";q=" * 1_000,
    "%" * 3_000,
    "xn--" * 500,
)
ODD_VALUES: tuple[Json, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**53,
    2**53 + 1,
    -(2**53),
    1e308,
    1.5,
    [],
    {},
    [[]],
    [None],
    {"id": None},
    {"id": []},
    {"@id": "x"},
    {"type": []},
    {"type": {}},
    {"@value": "x"},
    {"en": "x"},
    [1, "x", {}, []],
)
ODD_BYTES = (
    b"\x00",
    b"\xff",
    b'"',
    b"\\",
    b"\r\n",
    b"\\ud800",
    b"{",
    b"]",
    b"--",
    b"NaN",
    b"1e999",
)


def corpus(folders: Sequence[Path]) -> list[Json]:
    """Every JSON document of some folders that are there."""
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            try:
                found.append(json.loads(path.read_bytes()))
            except ValueError:
                continue
    return found


def mutated(rng: Random, value: Json, changes: int = 3) -> Json:
    """A copy of a document with a few things in it changed, doubled, lost, nested or swapped."""
    copy = json.loads(json.dumps(value))
    for _ in range(rng.randint(1, changes)):
        copy = changed(rng, copy)
    return copy


def changed(rng: Random, value: Json) -> Json:
    places = list(places_in(value))
    if not places:
        return odd(rng)
    holder, key = rng.choice(places)
    kind = rng.randrange(8)
    if kind == 0:
        holder[key] = odd(rng)
    elif kind == 1:
        holder[key] = [holder[key]]
    elif kind == 2:
        holder[key] = [holder[key], odd(rng)] * rng.randint(1, 3)
    elif kind == 3:
        other, at = rng.choice(places)
        holder[key] = json.loads(json.dumps(other[at])) if len(str(other[at])) < 5_000 else None
    elif kind == 4 and isinstance(holder, dict):
        del holder[key]
    elif kind == 5 and isinstance(holder[key], str):
        holder[key] = mutated_text(rng, holder[key])
    elif kind == 6 and isinstance(holder, dict):
        holder[mutated_text(rng, key)] = holder.pop(key)
    else:
        inner = holder[key]
        for _ in range(rng.randint(1, 70)):
            inner = {rng.choice(("object", "items", "first", "tag")): inner}
        holder[key] = inner
    return value


def places_in(value: Json) -> list[tuple[Any, Any]]:
    """Every place of a document where something stands, as its holder and key."""
    found, waiting = [], [value] if isinstance(value, dict | list) else []
    while waiting and len(found) < 2_000:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            found.append((one, key))
            if isinstance(one[key], dict | list):
                waiting.append(one[key])
    return found


def odd(rng: Random) -> Json:
    """Something that was not expected there."""
    chosen = rng.choice(ODD_VALUES + ODD_TEXTS)
    return json.loads(json.dumps(chosen))


def mutated_text(rng: Random, text: str) -> str:
    """A text with a piece cut, doubled, replaced, or made long."""
    at, until = sorted(rng.randint(0, len(text)) for _ in range(2))
    middle = rng.choice(
        (
            "",
            text[at:until] * 2,
            rng.choice(ODD_TEXTS),
            chr(rng.choice((0, 9, 10, 32, 34, 37, 38, 58, 60, 64, 91, 92, 127, 0x200B, 0x1F333))),
            text[at:until].swapcase(),
            text[at:until] * min(300, 20_000 // (until - at + 1)),
        )
    )
    return text[:at] + middle + text[until:]


def mutated_bytes(rng: Random, data: bytes) -> bytes:
    """Bytes with a few of them lost, doubled or changed."""
    for _ in range(rng.randint(1, 4)):
        at, until = sorted(rng.randint(0, len(data)) for _ in range(2))
        middle = rng.choice(
            (b"", rng.choice(ODD_BYTES), data[at:until] * 2, bytes([rng.randrange(256)]))
        )
        data = data[:at] + middle + data[until if rng.random() < 0.5 else at :]
    return data[:200_000]
