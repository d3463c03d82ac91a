"""Whose word counts about a community."""

import pytest

from node.base.errors import Invalid, NotAllowed
from node.topics.moderation.rules import (
    FOR_EVER,
    Claim,
    check_may_act_on,
    check_reason,
    end_of_ban,
    is_believed,
    role_meant,
)
from node.topics.permissions.rules import Role, Standing

MEMBER, MODERATOR, ORGANISER = (Standing(role) for role in list(Role)[1:])
KEEPER = Standing(Role.NOBODY, looks_after_node=True)


@pytest.mark.threat("T109")
@pytest.mark.parametrize(
    ("standing", "counts"),
    [
        (Standing(), False),
        (MEMBER, False),
        (MODERATOR, True),
        (ORGANISER, True),
        (KEEPER, True),
    ],
)
def test_of_a_community_of_ours_only_those_who_look_after_it_are_believed(standing, counts):
    assert is_believed(Claim(is_ours=True, standing=standing)) is counts


@pytest.mark.threat("T109")
@pytest.mark.parametrize("groups_word", [True, False])
@pytest.mark.parametrize("at_home", [True, False])
def test_of_a_community_of_ours_nobody_elsewhere_is_an_authority(groups_word, at_home):
    claim = Claim(is_ours=True, is_groups_word=groups_word, is_at_home=at_home)

    assert not is_believed(claim)


@pytest.mark.threat("T24")
def test_of_a_community_elsewhere_it_or_its_own_node_is_believed_and_nobody_else():
    assert is_believed(Claim(is_ours=False, is_groups_word=True))
    assert is_believed(Claim(is_ours=False, is_at_home=True))
    assert not is_believed(Claim(is_ours=False, standing=ORGANISER))


@pytest.mark.parametrize(
    ("mine", "theirs", "may"),
    [
        (MODERATOR, MEMBER, True),
        (MODERATOR, MODERATOR, False),
        (MODERATOR, ORGANISER, False),
        (ORGANISER, MODERATOR, True),
        (ORGANISER, ORGANISER, False),
        (KEEPER, ORGANISER, True),
        (MEMBER, Standing(), False),
        (Standing(), Standing(), False),
    ],
)
def test_nobody_acts_on_their_equals_but_who_looks_after_the_node(mine, theirs, may):
    if may:
        check_may_act_on(mine, theirs)
    else:
        with pytest.raises(NotAllowed):
            check_may_act_on(mine, theirs)


def test_a_ban_lasts_some_days_or_for_ever():
    assert end_of_ban(2, 100) == 100 + 2 * 86_400
    assert end_of_ban(None, 100) == FOR_EVER


@pytest.mark.parametrize("days", [0, -1, 3_651])
def test_a_ban_of_no_days_or_too_many_is_refused(days):
    with pytest.raises(Invalid):
        end_of_ban(days, 100)


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b"])
def test_a_reason_that_is_too_long_or_holds_nul_is_refused(reason):
    with pytest.raises(Invalid):
        check_reason(reason)


def test_an_affiliation_that_we_do_not_know_means_nothing():
    assert role_meant("admin") is Role.ORGANISER
    assert role_meant("bard") is None
