"""What a community may be, and who may post in it."""

import pytest

from node.base.errors import Invalid, NotAllowed
from node.topics.communities.rules import (
    Role,
    Standing,
    check_community,
    check_may_post,
    may_moderate,
)

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("posting", "least"),
    [("anyone", Role.NOBODY), ("members", Role.MEMBER), ("moderators", Role.MODERATOR)],
)
def test_who_has_the_least_role_or_more_may_post_and_nobody_else(posting, least):
    assert {role for role in Role if may_post(role, posting)} == {
        role for role in Role if role >= least
    }


def may_post(role, posting):
    return refusal(check_may_post, role, posting, None, NOW) is None


def refusal(check, *what):
    """What is said to whoever may not do that; None where they may."""
    try:
        check(*what)
    except (Invalid, NotAllowed) as error:
        return error.sentence
    return None


@pytest.mark.parametrize(
    ("role", "posting", "banned_until", "sentence"),
    [
        (Role.ORGANISER, "anyone", NOW + 1, "This community has shut you out for now."),
        (Role.ORGANISER, "anyone", NOW, None),
        (Role.NOBODY, "members", None, "Posting here is for members only."),
    ],
    ids=range(3),
)
def test_who_may_not_post_is_told_why(role, posting, banned_until, sentence):
    assert refusal(check_may_post, role, posting, banned_until, NOW) == sentence


@pytest.mark.parametrize(
    ("standing", "may"),
    [
        (Standing(), False),
        (Standing(Role.MEMBER), False),
        (Standing(Role.MODERATOR), True),
        (Standing(Role.ORGANISER), True),
        (Standing(Role.NOBODY, looks_after_node=True), True),
    ],
    ids=range(5),
)
def test_moderators_and_who_looks_after_the_node_look_after_a_community(standing, may):
    assert may_moderate(standing) is may


@pytest.mark.parametrize(
    ("title", "visibility", "joining", "sentence"),
    [
        ("", "public", "open", "A community's title has 1 to 100 characters."),
        (" \n", "public", "open", "A community's title has 1 to 100 characters."),
        ("t" * 101, "public", "open", "A community's title has 1 to 100 characters."),
        ("Walkers", "secret", "open", "A community is one of: public, closed, node, hidden."),
        (
            "Walkers",
            "hidden",
            "open",
            "A hidden community cannot be made yet, only a public one.",
        ),
        ("Walkers", "public", "whoever", "Joining is one of: open, approval, invite."),
        ("t" * 100, "public", "invite", None),
        ("W", "public", "open", None),
        ("W", "public", "approval", None),
    ],
    ids=range(9),
)
def test_a_community_that_cannot_be_is_refused_in_one_sentence(
    title, visibility, joining, sentence
):
    assert refusal(check_community, title, visibility, joining) == sentence
