"""The shapes that one value takes on the wire: alone, in an array, as an object, missing."""

import re
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

Json = Any

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
PUBLIC_SPELLINGS = frozenset((PUBLIC, "as:Public", "Public"))
AS2_PREFIX = "https://www.w3.org/ns/activitystreams#"
ITEMS_MAX = 1_000
NUMBER_MAX = 2**53
LANGUAGE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8}){0,3})")
NO_LANGUAGE = frozenset(("und", "mul", "mis", "zxx"))
"""Not determined, several, not listed, no words at all (ISO 639-2)."""


def many(value: Json) -> list[Json]:
    """What stands there as a list; nothing is an empty one. At most 1,000 items are read."""
    if isinstance(value, list):
        return value[:ITEMS_MAX]
    return [] if value is None else [value]


def one(value: Json) -> Json:
    """What stands there, or the first of several; None for nothing."""
    return next(iter(many(value)), None)


def first_in(value: Json, *names: str) -> Json:
    """What an object says under the first of `names` that it says something under.

    `null` says nothing: it and absence are the same (JSON-LD 1.1 section 4.2).
    """
    return next((found for name in names if (found := value.get(name)) is not None), None)


def iri_of(value: Json) -> str | None:
    """The address that is written as a text, as an object with an id or href, or in an array."""
    value = one(value)
    if isinstance(value, dict):
        value = first_in(value, "id", "href")
    return value if isinstance(value, str) and value else None


def iris_of(value: Json) -> tuple[str, ...]:
    """Every address that is written there; the ways to write Public become one."""
    found = (iri_of(each) for each in many(value))
    return tuple(PUBLIC if iri in PUBLIC_SPELLINGS else iri for iri in found if iri)


def text_of(value: Json) -> str | None:
    """The text that stands there, or the first of several; None for anything else."""
    value = one(value)
    return value if isinstance(value, str) else None


def text_in(value: Json, name: str) -> str | None:
    """The text `name` of an object, or the first of its `nameMap`; the language map may be all."""
    found = text_of(value.get(name))
    if found is not None:
        return found
    by_language = value.get(f"{name}Map")
    if isinstance(by_language, dict):
        return next((text for text in by_language.values() if isinstance(text, str)), None)
    return None


def language_tag(value: Json) -> str | None:
    """A language as RFC 5646 writes it (`de`, `pt-BR`), from that or `pt_BR`; else None."""
    found = LANGUAGE.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1].lower() in NO_LANGUAGE:
        return None
    return found[1].lower() + found[2].replace("_", "-")


def url_of(value: Json) -> str | None:
    """The address of a page, from a text, a Link, or an array of them; HTML pages come first."""
    links = [each for each in many(value) if isinstance(each, dict)]
    pages = [each for each in links if str(each.get("mediaType", "")).startswith("text/html")]
    for each in [*pages, *many(value)]:
        found = iri_of(each)
        if found and found.startswith(("http://", "https://")):
            return found
    return None


def kind_of(value: Json) -> str | None:
    """The type of an object: the first of several, without the ActivityStreams prefix."""
    if not isinstance(value, dict):
        return None
    for found in many(value.get("type")):
        if isinstance(found, str):
            return found.removeprefix(AS2_PREFIX).removeprefix("as:")
    return None


def number_of(value: Json) -> int | None:
    """A whole number from 0 to 2**53, which stores can keep; None for anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(min(max(0, value), NUMBER_MAX)) if is_number else None


def instant_of(value: Json) -> int | None:
    """An RFC 3339 time (offsets, fractions, or neither) as seconds since the epoch; else None."""
    text = text_of(value)
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    try:
        aware = read if read.tzinfo else read.replace(tzinfo=UTC)
        return timegm(aware.utctimetuple())
    except (OverflowError, ValueError):
        return None


def render_instant(at: int) -> str:
    """Seconds since the epoch as RFC 3339 in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def without_nothing(value: dict[str, Json]) -> dict[str, Json]:
    """The object without what is None."""
    return {key: item for key, item in value.items() if item is not None}
