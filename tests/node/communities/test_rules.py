"""What a community may be, and who may post in it."""

import pytest

from node.communities.rules import Role, check_community, check_may_post
from node.errors import Invalid, NotAllowed

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
    try:
        check_may_post(role, posting, None, NOW)
    except NotAllowed:
        return False
    return True


def test_a_ban_holds_until_its_last_second():
    with pytest.raises(NotAllowed):
        check_may_post(Role.ORGANISER, "anyone", NOW + 1, NOW)

    check_may_post(Role.ORGANISER, "anyone", NOW, NOW)


@pytest.mark.parametrize(
    ("title", "visibility", "joining"),
    [
        ("", "public", "open"),
        ("t" * 101, "public", "open"),
        ("Walkers", "secret", "open"),
        ("Walkers", "hidden", "open"),
        ("Walkers", "public", "whoever"),
    ],
)
def test_a_community_that_cannot_be_is_refused_in_one_sentence(title, visibility, joining):
    with pytest.raises(Invalid) as refused:
        check_community(title, visibility, joining)

    assert refused.value.sentence.endswith(".")
