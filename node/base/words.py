"""Texts as a search compares them: letters without case and accents, in any script.

A text becomes words with one space between them. Chinese, Japanese, Korean, Thai and their kin put
no spaces where words end: what stands together there is one word, of which any part can be found.
"""

import re
import unicodedata
from collections.abc import Collection

from node.base.hashtags import JOINER, mark_ranges

TEXT_CHARACTERS_MAX = 30_000
"""Of what is longer, only the beginning can be found."""

LONG = 7
PAIRS_ASKED_MAX = 4

ACCENTS = range(10, 256)
"""The classes of combining marks that words are told apart without: accents, and the vowel signs of
Arabic and Hebrew. Below stand signs that make another letter, as in Japanese and in India."""

KEPT_MARKS = range(103, 133)
"""Among those the classes of Thai, Lao and Tibetan, where such a sign is a letter."""

ALIKE = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "æ": "ae",
        "œ": "oe",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ـ": None,
        JOINER: None,
        "\u00ad": None,
    }
)
"""Letters that people type for one another and that Unicode does not take apart; the stretcher of
Arabic, the non-joiner of Persian and the soft hyphen are none."""

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Korean, Japanese and Chinese."""

MARKS = mark_ranges()
WORD = re.compile(rf"[{UNSPACED}][{UNSPACED}{MARKS}]*|(?:[^\W_{UNSPACED}]|[{MARKS}])+")
PLAIN_WORD = re.compile("[a-z0-9]+")
IS_UNSPACED = re.compile(rf"[{UNSPACED}]")
BETWEEN = re.compile(r"</?(?:p|br|pre|blockquote|ul|ol|li|h[1-6]|hr)\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")


def folded(text: str) -> str:
    """The words of a text, as they are compared, with a space between two; at most 30,000
    characters of it are read."""
    cut = text[:TEXT_CHARACTERS_MAX]
    if cut.isascii():
        return " ".join(PLAIN_WORD.findall(cut.lower()))
    return " ".join(WORD.findall(without_accents(cut)))


def without_accents(text: str) -> str:
    """A text without case and without the marks on its letters."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(one for one in apart if not is_accent(one)).translate(ALIKE)
    return unicodedata.normalize("NFC", kept)


def is_accent(one: str) -> bool:
    kind = unicodedata.combining(one)
    return kind in ACCENTS and kind not in KEPT_MARKS


def is_unspaced(word: str) -> bool:
    """Whether a folded word is of a script that puts no spaces between words."""
    return not word.isascii() and IS_UNSPACED.search(word) is not None


def words_of_html(html: str) -> str:
    """What cleaned HTML says, without its tags; what stands in two paragraphs stays apart."""
    if "<" in html:
        html = TAG.sub("", BETWEEN.sub(" ", html))
    return (
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&nbsp;", " ")
    )


def stems(word: str) -> Collection[str]:
    """What a folded word is indexed by: little, so that the index is small.

    Its first four letters and its first seven, or all of a shorter one; of one of four or five also
    the first three. Of a word without spaces, each two letters that stand together.
    """
    if is_unspaced(word):
        return {word[at : at + 2] for at in range(max(1, len(word) - 1))}
    if len(word) >= LONG:
        return (word[:4], word[:LONG])
    return (word[:4], word[:3]) if 4 <= len(word) <= 5 else (word[:4],)


def stems_asked(word: str) -> list[str]:
    """Which stems everything has that holds a folded word: those that tell most."""
    if is_unspaced(word):
        return [word[at : at + 2] for at in range(max(1, len(word) - 1))][:PAIRS_ASKED_MAX]
    return [word[: LONG if len(word) >= LONG else 4]]


def holds_word(text: str, word: str) -> bool:
    """Whether a folded text has a word that is the one asked for, or begins with it.

    One of three letters may have two more (`cat` finds cats), a shorter one none. Of a word without
    spaces any part is found.
    """
    if is_unspaced(word):
        return word in text
    if len(word) > 3:
        return f" {word}" in f" {text}"
    more = 2 if len(word) == 3 else 0
    return re.search(rf"(?:^| ){re.escape(word)}[^ ]{{0,{more}}}(?: |$)", text) is not None


def holds_phrase(text: str, phrase: str) -> bool:
    """Whether a folded text has those words, whole and next to one another."""
    return phrase in text if is_unspaced(phrase) else f" {phrase} " in f" {text} "
