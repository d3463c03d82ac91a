"""Words and sites are found whatever their case, accents and marks; nothing else is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.base.errors import Invalid
from node.topics.moderation.word_rules import OFFERED, Filter, first_match, folded, new_filter

pytestmark = pytest.mark.feature("M06")


def found(kind, phrase, text, *links):
    return first_match([new_filter(kind, phrase)], text, links)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("miracle cure", "This MIRACLE-cure works!"),
        ("miracle cure", "a miracle\n  cure"),
        ("Wunderheilung", "die wunderheilung."),
        ("remede secret", "Un REMÈDE, secret"),
        ("remède secret", "un remede secret"),
        ("straße", "in der STRASSE"),
        ("विटामिन", "यह विटामिन है"),
        ("عسل", "بالعسل"),
        ("奇跡の薬", "これは奇跡の薬です"),
        ("ﬁne print", "the fine print"),
        ("100 natural", "It is 100% natural"),
    ],
)
def test_words_are_found_in_any_spelling(phrase, text):
    assert found("words", phrase, text) == folded(phrase)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("cure", "obscure and secured"),
        ("miracle cure", "a cure is no miracle"),
        ("buy now", "nowhere to buy"),
        ("कि", "का"),
        ("か", "が"),
    ],
)
def test_words_inside_of_others_are_not(phrase, text):
    assert first_match([Filter("words", folded(phrase))], text, ()) is None


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://pills.example/offer", ()),
        ("see", ("https://shop.pills.example/a?b",)),
        ("order at Pills.Example.", ()),
        ("www.pills.example", ()),
        ("see https://user@pills.example:8443/", ()),
    ],
)
def test_a_site_is_found_with_all_below_it(text, links):
    assert found("site", "pills.example", text, *links) == "pills.example"


@pytest.mark.parametrize("text", ["https://notpills.example", "pills example", "pills.example.org"])
def test_another_site_is_not(text):
    assert found("site", "pills.example", text) is None


@pytest.mark.parametrize("typed", ["https://www.pills.example/", "PILLS.example", "pills.example"])
def test_a_site_is_taken_as_people_copy_it(typed):
    assert new_filter("site", typed) == Filter("site", "pills.example")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("words", "ab"),
        ("words", "!!"),
        ("words", "x" * 101),
        ("site", "pills"),
        ("site", "a b.example"),
        ("site", "x" * 101 + ".example"),
        ("pattern", "a.*b"),
    ],
)
def test_what_would_find_everything_or_nothing_is_not_taken(kind, text):
    with pytest.raises(Invalid):
        new_filter(kind, text)


def test_each_word_that_is_offered_can_be_put_on_the_list():
    for _, phrases in OFFERED.values():
        assert [new_filter("words", one).phrase for one in phrases] == list(phrases)


@given(st.text(max_size=200))
def test_what_was_folded_once_stays_as_it_is(text):
    assert folded(folded(text)) == folded(text)


@pytest.mark.threat("T144")
@pytest.mark.parametrize("text", ["a." * 50_000, "a-" * 50_000, "https://" * 12_000, "é" * 100_000])
def test_no_text_takes_long_to_look_through(text):
    filters = [Filter("words", f"word {number}") for number in range(200)]
    filters += [Filter("site", f"site{number}.example") for number in range(200)]

    started = time.process_time()
    first_match(filters, text, ())

    assert time.process_time() - started < 2
