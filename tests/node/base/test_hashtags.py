"""Hashtags are the same whatever their case and however their letters are encoded."""

import unicodedata

import pytest

from node.base.hashtags import hashtag_key, hashtag_path
from node.base.markup import hashtags_in, html_of_text, with_own_hashtags

OURS = "https://group.example"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hedges", "#hedges"),
        ("Straße", "STRASSE"),
        ("ΟΔΌΣ", "οδός"),
        ("".join(chr(ord(one) + 0xFEE0) for one in "Hedges"), "hedges"),
        (unicodedata.normalize("NFD", "Blüte"), unicodedata.normalize("NFC", "blüte")),
        ("مشي", "مشي"),
        ("می‌خواهم", "میخواهم"),
        ("two words", "twowords"),
    ],
)
def test_two_ways_to_write_a_hashtag_are_one(one, other):
    assert hashtag_key(one) == hashtag_key(other) != ""


@pytest.mark.parametrize("name", ["", "#", "2026", "../..", "_", "\u202e"])
def test_what_has_no_letter_is_no_hashtag(name):
    assert hashtag_key(name) == ""


def test_a_key_has_at_most_a_hundred_characters():
    assert len(hashtag_key("a" * 1_000)) == 100
    assert len(hashtag_key("\ufdfa" * 200)) == 100


def test_a_path_is_fit_for_an_address():
    assert hashtag_path("Blüte") == "/tags/bl%C3%BCte"
    assert hashtag_path("a/b?c#d") == "/tags/abcd"


@pytest.mark.parametrize("word", ["हिन्दी", "مَشي", "می‌خواهم", "สวน"])
def test_a_word_with_marks_is_found_whole(word):
    assert hashtags_in(f"so #{word}.") == (word,)


def test_a_hashtag_that_is_typed_leads_to_its_page():
    html = html_of_text("#Blüte", {}, OURS)

    assert f'<a href="{OURS}/tags/bl%C3%BCte" class="hashtag" rel="tag">#Blüte</a>' in html


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://a.example/t/Walk" class="mention hashtag" rel="x">#<span>Walk</span></a>',
        '<a class="hashtag" href="https://a.example/t/1" rel="x">#walk</a>',
        '<a href="https://a.example/t/1" rel="x" class="hashtag"><span>#</span>WALK</a>',
    ],
)
def test_hashtags_of_others_lead_to_our_pages(link):
    assert 'href="/tags/walk"' in with_own_hashtags(f"<p>{link}</p>")
    assert "a.example" not in with_own_hashtags(link)


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://a.example/x" class="mention">@walk</a>',
        '<a href="https://a.example/x">#walk</a>',
        '<a href="https://a.example/x" class="hashtag">#2026</a>',
    ],
)
def test_other_links_stay_as_they_are(link):
    assert with_own_hashtags(link) == link


@pytest.mark.timeout(10)
def test_many_odd_links_take_no_time():
    words = "class=&quot;hashtag&quot;" * 3_000
    html = f'<a href="https://a.example/{words}">x</a>'

    assert with_own_hashtags(html) == html
    assert with_own_hashtags('<a class="' * 6_000) == '<a class="' * 6_000
