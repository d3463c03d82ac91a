"""What is typed to search with: always a question or a sentence, never an error."""

from random import Random

import pytest

from node.topics.search.question import (
    DAY_HINT,
    TWO_LETTERS,
    TYPE_A_WORD,
    Question,
    read_question,
)
from tests.fuzz.mutations import ODD_TEXTS, mutated_text


def test_words_phrases_and_what_narrows_them_are_told_apart():
    found = read_question(
        'Oak "the old Bridge" from:rose@valley.example in:walkers'
        " after:2026-01-31 before:2026-03-01"
    )

    assert found == Question(
        words=("oak",),
        phrases=("the old bridge",),
        author="rose@valley.example",
        community="walkers",
        since=1_769_904_000,
        until=1_772_323_200,
    )


def test_anything_else_that_looks_like_an_operator_is_words():
    found = read_question('-walk OR has:media lang:de (a) NOT "')

    assert found.words == ("walk", "or", "has", "media", "lang", "de", "a", "not")
    assert (found.phrases, found.complaint) == ((), "")


@pytest.mark.parametrize("quotes", ["“old bridge”", "„old bridge“", "«old bridge»", '"old bridge'])
def test_phones_write_quotation_marks_of_their_own(quotes):
    assert read_question(quotes).phrases == ("old bridge",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("walk before:tomorrow", DAY_HINT),
        ("walk after:2026-02-30", DAY_HINT),
        ("walk before:", ""),
        ("before:2026-03-31", TYPE_A_WORD),
        ("!!!", TYPE_A_WORD),
        ("字", TWO_LETTERS),
        ("from:rose", ""),
        ("字 in:walkers", ""),
    ],
)
def test_what_cannot_be_looked_for_is_told(typed, sentence):
    assert read_question(typed).complaint == sentence


def test_no_more_than_twelve_words_are_looked_for():
    assert len(read_question(" ".join(f"word{n}" for n in range(50))).words) == 12


@pytest.mark.threat("T86")
def test_any_text_is_a_question():
    rng = Random(86)
    seeds = [
        '"',
        "from:",
        'in:"a',
        "before:2026-01-01",
        "a AND b*",
        "NEAR(",
        "^",
        "\x00",
        *ODD_TEXTS,
    ]

    for _ in range(3_000):
        typed = mutated_text(rng, rng.choice(seeds))
        found = read_question(typed)
        assert all(word and " " not in word for word in found.words)
        assert len(found.words) <= 12
