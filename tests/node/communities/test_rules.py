"""What a community may be, and who may post in it."""

import pytest

from node.communities.rules import Role, check_community, check_may_post
from node.errors import Invalid, NotAllowed

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("role", "posting"),
    [(Role.NOBODY, "anyone"), (Role.MEMBER, "members"), (Role.ORGANISER, "moderators")],
)
def test_who_has_the_least_role_may_post(role, posting):
    check_may_post(role, posting, None, NOW)


@pytest.mark.parametrize(
    ("role", "posting"), [(Role.NOBODY, "members"), (Role.MEMBER, "moderators")]
)
def test_who_has_less_than_the_least_role_may_not_post(role, posting):
    with pytest.raises(NotAllowed):
        check_may_post(role, posting, None, NOW)


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
