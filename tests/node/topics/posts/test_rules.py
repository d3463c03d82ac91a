"""Who may see a post, how far an answer reaches, and what a draft must keep to."""

import pytest

from federation.documents import PUBLIC
from node.base.errors import Invalid, NotAllowed
from node.topics.permissions.rules import Reading, may_see
from node.topics.posts.rules import (
    TEXT_CHARACTERS_MAX,
    Circle,
    check_choices,
    check_draft,
    check_lives_here,
    is_kept_back,
    is_let,
    may_boost,
    may_quote,
    may_show_quote,
    narrower,
)

EMPTY = "Write something first: a post cannot be empty."
NUL = "A post cannot hold the character NUL."
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
        ("unlisted", "followers", "followers"),
        ("followers", "followers", "followers"),
        ("unlisted", "unlisted", "unlisted"),
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
    ("draft", "sentence"),
    [
        (("", None, "", "public"), EMPTY),
        (("   \n", " ", "", "public"), EMPTY),
        (
            ("a" * (TEXT_CHARACTERS_MAX + 1), None, "", "public"),
            "A post has at most 10000 characters.",
        ),
        (("text", "t" * 201, "", "public"), "A title has at most 200 characters."),
        (("text", None, "n" * 501, "public"), "A content note has at most 500 characters."),
        (
            ("text", None, "", "everybody"),
            "A post is public, unlisted, for followers or direct.",
        ),
        (("a\x00b", None, "", "public"), NUL),
        (("text", "a\x00b", "", "public"), NUL),
        (("text", None, "a\x00b", "public"), NUL),
    ],
    ids=range(9),
)
def test_a_draft_that_cannot_become_a_post_is_refused(draft, sentence):
    assert refusal(check_draft, *draft) == sentence


def test_the_longest_draft_is_taken():
    longest = ("a" * TEXT_CHARACTERS_MAX, "t" * 200, "n" * 500, "direct")

    assert refusal(check_draft, *longest) is None
    assert refusal(check_draft, "", "A title is enough", "", "public") is None


def refusal(check, *what):
    """What is said to whoever may not do that; None where they may."""
    try:
        check(*what)
    except (Invalid, NotAllowed) as error:
        return error.sentence
    return None


@pytest.mark.parametrize(
    ("choices", "lasts_s", "sentence"),
    [
        (["one"], 300, "A poll has from 2 to 20 choices."),
        ([str(number) for number in range(21)], 300, "A poll has from 2 to 20 choices."),
        (["one", " "], 300, "A choice of a poll cannot be empty."),
        (["one", "c" * 101], 300, "A choice has at most 100 characters."),
        (["one", " ONE "], 300, "Two choices of a poll cannot be the same."),
        (["one", "a\x00b"], 300, "A choice cannot hold the character NUL."),
        (["one", "two"], 299, "A poll lasts from five minutes to sixty days."),
        (["one", "two"], 60 * 86_400 + 1, "A poll lasts from five minutes to sixty days."),
        (["one", "two"], 300, None),
        (["one", "c" * 100], 60 * 86_400, None),
        ([str(number) for number in range(20)], 300, None),
    ],
    ids=range(11),
)
def test_a_poll_that_cannot_be_asked_is_refused_with_a_sentence(choices, lasts_s, sentence):
    assert refusal(check_choices, choices, lasts_s) == sentence


def test_who_has_moved_away_publishes_nothing_here():
    assert refusal(check_lives_here, None) is None
    assert refusal(check_lives_here, "https://hill.example/people/ann") == (
        "You have moved to another address. Write there, or take the move back under Moving."
    )


@pytest.mark.parametrize(
    ("named", "circle", "is_allowed"),
    [
        (None, Circle("rose"), True),
        ([], Circle("rose"), False),
        ([], Circle("rose", is_author=True), True),
        ([PUBLIC], Circle("rose"), True),
        (["rose"], Circle("rose"), True),
        (["reed"], Circle("rose"), False),
        (["followers"], Circle("rose", ("followers", "following")), True),
        (["followers"], Circle("rose", ("following",)), False),
    ],
    ids=range(8),
)
def test_a_policy_lets_those_it_names_and_the_author(named, circle, is_allowed):
    assert is_let(named, circle) is is_allowed


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


@pytest.mark.parametrize("visibility", ["public", "unlisted", "followers", "direct"])
@pytest.mark.parametrize(
    ("reading", "may"),
    [
        (Reading(is_held=True), False),
        (Reading(is_held=True, is_named=True), False),
        (Reading(is_held=True, is_author=True), True),
    ],
    ids=["stranger", "named", "author"],
)
def test_what_is_held_is_for_those_who_follow_its_author(visibility, reading, may):
    follower = Reading(is_held=True, is_follower=True)

    assert may_see(visibility, reading) is may
    assert may_see(visibility, follower) is (visibility != "direct")


@pytest.mark.parametrize(
    ("state", "is_silenced", "is_kept"),
    [
        (None, False, False),
        (None, True, True),
        ("waiting", False, True),
        ("waiting", True, True),
        ("passed", False, False),
        ("passed", True, False),
    ],
)
def test_a_post_is_kept_back_by_what_became_of_it_or_by_its_host(state, is_silenced, is_kept):
    assert is_kept_back(state, is_silenced=is_silenced) is is_kept
