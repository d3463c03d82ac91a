"""What a community may be."""

import pytest

from node.base.errors import Invalid
from node.topics.communities.rules import check_community


def refusal(check, *what):
    """What is said to whoever may not do that; None where they may."""
    try:
        check(*what)
    except Invalid as error:
        return error.sentence
    return None


@pytest.mark.parametrize(
    ("title", "visibility", "joining", "sentence"),
    [
        ("", "public", "open", "A community's title has 1 to 100 characters."),
        (" \n", "public", "open", "A community's title has 1 to 100 characters."),
        ("t" * 101, "public", "open", "A community's title has 1 to 100 characters."),
        ("Walkers", "secret", "open", "A community is one of: public, closed, node, hidden."),
        ("Walkers", "hidden", "open", None),
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
    assert refusal(check_community, title, visibility, joining, "members") == sentence
