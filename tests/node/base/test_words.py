"""How texts are compared when somebody searches, in any script."""

import pytest

from node.base.words import folded, holds_phrase, holds_word, stems, stems_asked, words_of_html


@pytest.mark.feature("D02")
@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("José came", "jose"),
        ("Jose came", "José"),
        ("ŁÓDŹ at night", "lodz"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("Tiếng Việt", "tieng viet"),
        ("كِتَابٌ جديد", "كتاب"),
        ("كتاب", "كِتَابٌ"),
        ("می‌خواهم", "میخواهم"),
        ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ("हिन्दी की किताब", "किताब"),
        ("שָׁלוֹם", "שלום"),
        ("东京都的天气", "天气"),
        ("東京タワーに行く", "タワー"),
        ("ประเทศไทย", "ไทย"),
        ("병원에서 만나요", "병원"),
        ("nous allons à l'hôpital", "hopital"),
        ("two cats", "cat"),
        ("Walking", "walk"),
    ],
)
def test_a_word_finds_a_text_in_any_script_whatever_its_accents(text, typed):
    there, wanted = folded(text), folded(typed)

    assert all(holds_word(there, word) for word in wanted.split())
    indexed = {stem for word in there.split() for stem in stems(word)}
    assert {stem for word in wanted.split() for stem in stems_asked(word)} <= indexed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("catalogue", "cat"),
        ("he walks", "alks"),
        ("一", "二"),
        ("東京", "京東"),
        ("かき", "がき"),
        ("की", "का"),
        ("to the end", "t"),
    ],
)
def test_another_word_does_not(text, typed):
    assert not holds_word(folded(text), folded(typed))


def test_a_phrase_is_whole_words_side_by_side():
    text = folded("The old bridge, at last")

    assert holds_phrase(text, "old bridge")
    assert not holds_phrase(text, "old bridges")
    assert not holds_phrase(text, "the bridge")
    assert not holds_phrase(text, "ridge at")


def test_tags_are_no_words_and_paragraphs_stay_apart():
    html = '<p>One <b>two</b>three</p><p>four<br>five &amp; <a href="https://six.example">se</a>ven'

    assert folded(words_of_html(html)) == "one twothree four five seven"


def test_of_a_long_text_the_beginning_can_be_found():
    assert folded("a " * 40_000).count("a") == 15_000
