"""Which words and sites are found in a text, whatever their case and accents. Pure.

Plain words and names of sites: nobody writes patterns, so that no text takes long to look through.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from node.base.errors import Invalid

PHRASE_CHARACTERS_MIN = 3
PHRASE_CHARACTERS_MAX = 100
TEXT_CHARACTERS_MAX = 100_000
POINTS_FROM = 10
"""Combining classes of accents and of points that may be left out begin here; marks below belong to
their letters in Indic and Japanese scripts (Unicode, UnicodeData.txt)."""

SITE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
LINK = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
BETWEEN_NAMES = re.compile(r"[^\w.-]+")
Kind = Literal["words", "site"]

OFFERED: dict[str, tuple[str, tuple[str, ...]]] = {
    "sales": (
        "Selling",
        (
            "buy now",
            "order now",
            "discount code",
            "promo code",
            "free shipping",
            "limited offer",
            "money back guarantee",
            "link in bio",
            "earn from home",
        ),
    ),
    "cures": (
        "Miracle cures",
        (
            "miracle cure",
            "miracle cures",
            "cures cancer",
            "cure cancer",
            "cures diabetes",
            "reverse diabetes",
            "doctors hate",
            "big pharma",
            "secret remedy",
            "instead of chemo",
            "stop taking your medication",
            "stop taking your tablets",
        ),
    ),
}
"""Lists that can be taken over whole: what they are called, and the words."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Words, folded, or the name of a site with all that is below it."""

    kind: Kind
    phrase: str


def folded(text: str) -> str:
    """A text as it is compared: no case, no accents, one space for what is no letter or digit."""
    apart = unicodedata.normalize("NFKD", text[:TEXT_CHARACTERS_MAX]).casefold()
    kept = "".join(one for one in apart if unicodedata.combining(one) < POINTS_FROM)
    whole = unicodedata.normalize("NFC", kept)
    return " ".join("".join(one if is_of_word(one) else " " for one in whole).split())


def is_of_word(one: str) -> bool:
    return one.isalnum() or unicodedata.category(one).startswith("M")


def is_without_spaces(phrase: str) -> bool:
    """Whether a phrase is written in letters without case, as Chinese, Thai or Arabic are: there
    words are found inside of others."""
    return all(unicodedata.category(one) not in ("Ll", "Lu") for one in phrase)


def new_filter(kind: str, text: str) -> Filter:
    """A filter as somebody typed it.

    Raises:
        Invalid: it is too short, too long, or no name of a site.
    """
    if kind == "site":
        name = (urlsplit(text).hostname or "") if "://" in text else text.strip().lower()
        name = name.removeprefix("www.").removesuffix("/")
        if len(name) > PHRASE_CHARACTERS_MAX or not SITE.fullmatch(name):
            raise Invalid("Give the name of a site, such as pills.example.")
        return Filter("site", name)
    phrase = folded(text)
    least = 1 if is_without_spaces(phrase) else PHRASE_CHARACTERS_MIN
    if kind != "words" or not least <= len(phrase) <= PHRASE_CHARACTERS_MAX:
        raise Invalid(f"Give words of {PHRASE_CHARACTERS_MIN} to {PHRASE_CHARACTERS_MAX} letters.")
    return Filter("words", phrase)


def first_match(filters: Sequence[Filter], text: str, links: Iterable[str]) -> str | None:
    """The first filter whose words or site a post holds; None where none does.

    `text` is what it says without tags; `links` are the addresses it leads to.
    """
    words, found = f" {folded(text)} ", sites_in(text, links)
    for one in filters:
        if one.kind == "site":
            is_found = any(name == one.phrase or name.endswith(f".{one.phrase}") for name in found)
        elif is_without_spaces(one.phrase):
            is_found = one.phrase in words
        else:
            is_found = f" {one.phrase} " in words
        if is_found:
            return one.phrase
    return None


def sites_in(text: str, links: Iterable[str]) -> set[str]:
    """The names of sites that a post leads to or names."""
    cut = text[:TEXT_CHARACTERS_MAX]
    found = {host_of(link) for link in (*links, *LINK.findall(cut))}
    found |= {name.lower().strip(".-_") for name in BETWEEN_NAMES.split(cut) if "." in name}
    return {name for name in found if name}


def host_of(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").lower()
    except ValueError:
        return ""
