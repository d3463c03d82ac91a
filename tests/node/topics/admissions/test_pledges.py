"""What members agree to: on coming in, and anew when it changes; until then they only read."""

import pytest

from node.base.errors import Conflict, NotAllowed
from node.topics.admissions.invitations import Wanted, join_by_invitation, make_invitation
from node.topics.admissions.pledges import (
    Agreed,
    agree,
    agreed_count,
    change_pledge,
    current_pledge,
    pledge_to_agree,
)
from node.topics.members.actions import Founding, follow, found_community
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.may_write import why_not_in
from tests.neighbours import KEYS, NOW, ORIGIN, add_node, add_person


@pytest.fixture
def circle(tx):
    """An open community of this node, rosa, who organises it, and ben, a member."""
    add_node(tx)
    rosa, ben = add_person(tx, "rosa"), add_person(tx, "ben")
    founding = Founding(origin=ORIGIN, name="circle", title="Circle")
    group = found_community(tx, founding, rosa, KEYS, NOW)
    follow(tx, ben, group, NOW)
    return group, rosa, ben


@pytest.mark.feature("C19")
def test_a_member_reads_and_does_not_write_until_they_agree_and_again_when_it_changes(tx, circle):
    group, rosa, ben = circle
    for words in ("What is said here stays here.", "It stays here, and we are kind."):
        change_pledge(tx, group, rosa, words, NOW)
        pledge = pledge_to_agree(tx, group, ben)

        assert pledge.words == words
        assert "agree" in why_not_in(tx, ben, group, NOW)
        with pytest.raises(NotAllowed):
            publish(tx, ben, Draft(text="@circle hello"), NOW)
        assert why_not_in(tx, rosa, group, NOW) == ""
        assert agreed_count(tx, group.id) == Agreed(1, 2)

        agree(tx, group, ben, pledge.version, NOW)

        assert why_not_in(tx, ben, group, NOW) == ""
        assert publish(tx, ben, Draft(text="@circle hello"), NOW)
        assert agreed_count(tx, group.id) == Agreed(2, 2)


@pytest.mark.feature("C19")
def test_the_same_words_once_more_ask_nobody_and_no_words_end_it(tx, circle):
    group, rosa, ben = circle
    change_pledge(tx, group, rosa, "Be kind.", NOW)
    agree(tx, group, ben, 1, NOW)

    change_pledge(tx, group, rosa, " Be kind.\r\n", NOW)
    assert current_pledge(tx, group.id).version == 1
    change_pledge(tx, group, rosa, "", NOW)
    assert (current_pledge(tx, group.id), pledge_to_agree(tx, group, ben)) == (None, None)
    change_pledge(tx, group, rosa, "Be kind.", NOW)
    assert pledge_to_agree(tx, group, ben).version == 3


@pytest.mark.feature("C19")
def test_nobody_agrees_to_words_that_have_changed_nor_changes_them_without_organising(tx, circle):
    group, rosa, ben = circle
    change_pledge(tx, group, rosa, "One.", NOW)
    change_pledge(tx, group, rosa, "Two.", NOW)

    for version in (1, 3, None):
        with pytest.raises(Conflict):
            agree(tx, group, ben, version, NOW)
    with pytest.raises(NotAllowed):
        change_pledge(tx, group, ben, "Mine.", NOW)


@pytest.mark.feature("C19", "C06")
def test_nobody_comes_in_by_a_link_without_agreeing(tx, circle):
    group, rosa, _ = circle
    eva = add_person(tx, "eva")
    change_pledge(tx, group, rosa, "Be kind.", NOW)
    code = make_invitation(tx, group, rosa, Wanted(), NOW)

    with pytest.raises(Conflict):
        join_by_invitation(tx, code, eva, NOW)
    join_by_invitation(tx, code, eva, NOW, pledge=1)

    assert why_not_in(tx, eva, group, NOW) == ""
