"""Hashtags: how they are compared, whatever their case and however their letters are encoded."""

import unicodedata
from urllib.parse import quote

KEY_CHARACTERS_MAX = 100
MARKS_END = 0x2000
JOINER = "\u200c"
"""Zero width non-joiner: Persian words hold it."""


def mark_ranges() -> str:
    """Combining marks as ranges of a pattern: without vowel signs words of India break off."""
    marks = {at for at in range(MARKS_END) if unicodedata.category(chr(at)).startswith("M")}
    starts = sorted(at for at in marks if at - 1 not in marks)
    ends = sorted(at for at in marks if at + 1 not in marks)
    return "".join(f"{chr(one)}-{chr(other)}" for one, other in zip(starts, ends, strict=True))


def hashtag_key(name: str) -> str:
    """What a hashtag, with or without its #, is found by; empty where nothing of it is a letter.

    Case counts for nothing, nor do accents that are letters of their own on some keyboards; what is
    neither a letter, a digit, a mark nor an underscore falls out. At most 100 characters.
    """
    cut = name[: KEY_CHARACTERS_MAX * 2]
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cut).casefold())
    kept = "".join(one for one in folded if is_kept(one))[:KEY_CHARACTERS_MAX]
    return kept if any(one.isalpha() for one in kept) else ""


def is_kept(one: str) -> bool:
    return one.isalnum() or one == "_" or unicodedata.category(one).startswith("M")


def hashtag_path(name: str) -> str:
    """Where a hashtag's page is on every node of ours: `/tags/…`, fit for an address."""
    return f"/tags/{quote(hashtag_key(name))}"
