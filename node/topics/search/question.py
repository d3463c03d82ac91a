"""What somebody types to search with, read by us: words, "a phrase", and four things to narrow it.

`from:name`, `in:community`, `before:2026-03-31` and `after:2026-03-01`, and nothing else: whatever
else is typed is words. Any text is a question or gets a sentence that says what to type; none is an
error. Pure.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from node.base.words import folded, is_unspaced

QUESTION_CHARACTERS_MAX = 500
WORDS_MAX = 12
PART = re.compile(r'"([^"]*)"?|(?:(from|in|before|after):("[^"]*"?|\S+))|(\S+)', re.IGNORECASE)
DAY_HINT = "After before: and after: comes a day, such as before:2026-03-31."
TYPE_A_WORD = "Type a word to look for; before: and after: only narrow it."
TWO_LETTERS = "Of Chinese, Japanese, Korean, Thai and their kin, type two characters or more."
QUOTES = str.maketrans("“”„«»「」", '"' * 7)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. Words and phrases are folded (`base/words.py`); instants in seconds, UTC.

    `author` and `community` are as typed. `complaint` says what is wrong with what was typed; then
    nothing is looked for.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    author: str | None = None
    community: str | None = None
    since: int | None = None
    until: int | None = None
    complaint: str = ""


def read_question(typed: str) -> Question:
    """What somebody meant by what they typed; beyond 500 characters nothing is read."""
    question = Question()
    plain = typed[:QUESTION_CHARACTERS_MAX].translate(QUOTES)
    for match in PART.finditer(plain):
        phrase, name, value, word = match.groups()
        if name:
            question = narrowed(question, name.lower(), value.strip('"'))
        elif phrase is not None:
            question = with_phrase(question, folded(phrase))
        else:
            question = replace(question, words=question.words + tuple(folded(word).split()))
    words = tuple(dict.fromkeys(question.words))[:WORDS_MAX]
    question = replace(question, words=words, phrases=question.phrases[:WORDS_MAX])
    return replace(question, complaint=question.complaint or complaint_about(question))


def narrowed(question: Question, name: str, value: str) -> Question:
    """The question with one of the four things that narrow it."""
    if name == "from":
        return replace(question, author=value)
    if name == "in":
        return replace(question, community=value)
    day = day_of(value)
    if day is None:
        return replace(question, complaint=DAY_HINT)
    if name == "before":
        return replace(question, until=int(day.timestamp()))
    return replace(question, since=int((day + timedelta(days=1)).timestamp()))


def day_of(value: str) -> datetime | None:
    """The beginning of a day, in UTC; None where that is no day of the years 1970 to 2999."""
    try:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if 1970 <= day.year < 3000 else None


def with_phrase(question: Question, phrase: str) -> Question:
    """A phrase of one word is that word, whole."""
    return replace(question, phrases=(*question.phrases, phrase)) if phrase else question


def complaint_about(question: Question) -> str:
    """Why nothing can be looked for; empty where something can."""
    looked_for = (*question.words, *(word for one in question.phrases for word in one.split()))
    if not (looked_for or question.author or question.community):
        return TYPE_A_WORD
    is_short = looked_for and all(is_unspaced(word) and len(word) == 1 for word in looked_for)
    return TWO_LETTERS if is_short and not (question.author or question.community) else ""
