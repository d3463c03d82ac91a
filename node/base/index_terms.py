"""Under which terms things stand in an index of words: hashes, apart for each circle of readers.

The index holds no word of anybody, so that a word that is deleted cannot be left behind in it; and
what one circle reads stands in other lists than what another reads, so that whoever asks for a word
looks at no list of a circle they are not in, and cannot tell by the time it takes what is in there.
"""

from base64 import b32encode
from collections.abc import Collection, Iterable
from hashlib import blake2b

HASH_BYTES = 5
"""Eight characters. Two words that fall together cost one look more: what is found is read."""

TERMS_MAX = 40_000


def index_term(circle: str, stem: str) -> str:
    """The term for a stem of a word in what a circle reads: eight characters, a-z and 2-7."""
    digest = blake2b(f"{circle}/{stem}".encode(), digest_size=HASH_BYTES).digest()
    return b32encode(digest).decode().lower()


def index_terms(circles: Collection[str], stems: Iterable[str]) -> str:
    """What an index holds for a thing that some circles read: its terms, with spaces between.

    They are 40,000 at most: of a long text in many circles the beginning can be found.
    """
    most = TERMS_MAX // max(1, len(circles))
    kept = list(dict.fromkeys(stems))[:most]
    return " ".join(index_term(circle, stem) for circle in sorted(circles) for stem in kept)
