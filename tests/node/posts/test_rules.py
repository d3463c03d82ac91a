"""Who may see a post, how far an answer reaches, and what a draft must keep to."""

import pytest

from node.errors import Invalid
from node.posts.rules import (
    TEXT_CHARACTERS_MAX,
    Reading,
    check_draft,
    may_boost,
    may_quote,
    may_see,
    may_show_quote,
    narrower,
)

STRANGER = Reading()
READERS = {
    "stranger": STRANGER,
    "follower": Reading(is_follower=True),
    "named": Reading(is_named=True),
    "author": Reading(is_author=True),
}


@pytest.mark.threat("T22")
@pytest.mark.threat("T23")
@pytest.mark.parametrize(
    ("visibility", "may"),
    [
        ("public", {"stranger", "follower", "named", "author"}),
        ("unlisted", {"stranger", "follower", "named", "author"}),
        ("followers", {"follower", "named", "author"}),
        ("direct", {"named", "author"}),
    ],
)
def test_each_visibility_is_for_exactly_its_readers(visibility, may):
    assert {name for name, reading in READERS.items() if may_see(visibility, reading)} == may


@pytest.mark.threat("T98")
@pytest.mark.parametrize(
    ("wanted", "parent", "given"),
    [
        ("public", "public", "public"),
        ("public", "unlisted", "public"),
        ("public", "followers", "followers"),
        ("public", "direct", "direct"),
        ("followers", "direct", "direct"),
        ("direct", "public", "direct"),
    ],
)
def test_an_answer_reaches_no_further_than_a_private_post_it_answers(wanted, parent, given):
    assert narrower(wanted, parent) == given


@pytest.mark.threat("T98")
def test_only_what_everybody_may_read_is_boosted_by_others():
    boosted = {v for v in ("public", "unlisted", "followers", "direct") if may_boost(v, False)}

    assert boosted == {"public", "unlisted"}


def test_ones_own_post_to_followers_may_be_boosted_and_a_message_never():
    assert may_boost("followers", is_author=True)
    assert not may_boost("direct", is_author=True)


@pytest.mark.threat("T57")
@pytest.mark.parametrize(
    ("text", "title", "note", "visibility"),
    [
        ("", None, "", "public"),
        ("   \n", None, "", "public"),
        ("a" * (TEXT_CHARACTERS_MAX + 1), None, "", "public"),
        ("text", "t" * 201, "", "public"),
        ("text", None, "n" * 501, "public"),
        ("text", None, "", "everybody"),
        ("a\x00b", None, "", "public"),
    ],
)
def test_a_draft_that_cannot_become_a_post_is_refused(text, title, note, visibility):
    assert not may_be_posted(text, title, note, visibility)


def test_the_longest_draft_is_taken():
    assert may_be_posted("a" * TEXT_CHARACTERS_MAX, "t" * 200, "n" * 500, "direct")


def may_be_posted(*draft):
    try:
        check_draft(*draft)
    except Invalid:
        return False
    return True


@pytest.mark.threat("T98")
@pytest.mark.parametrize("visibility", ["public", "unlisted", "followers", "direct"])
@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("is_agreed", [True, False])
def test_a_quote_is_shown_only_of_what_anybody_reads_and_with_consent(
    visibility, is_own, is_agreed
):
    is_open = visibility in ("public", "unlisted")

    assert may_show_quote(visibility, is_own, is_agreed) is (is_open and (is_own or is_agreed))
    assert may_quote(visibility) is is_open
