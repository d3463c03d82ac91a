"""Who may do what in a community, and who may see what is said there: the whole table."""

from itertools import product

import pytest

from node.topics.permissions.rules import (
    DOORS,
    VISITOR,
    Act,
    Place,
    Reading,
    Role,
    Standing,
    Who,
    may,
    may_see,
    moderates,
    standing_at,
)

READERS = {
    "visitor": VISITOR,
    "of this node": Who(is_here=True),
    "member": Who(Role.MEMBER, is_here=True),
    "moderator": Who(Role.MODERATOR, is_here=True),
    "organiser": Who(Role.ORGANISER, is_here=True),
    "member elsewhere": Who(Role.MEMBER),
    "invited": Who(is_invited=True),
    "clinic": Who(is_here=True, is_clinic=True),
    "clinic elsewhere": Who(is_clinic=True),
    "banned": Who(is_here=True, is_banned=True),
    "keeper": Who(is_here=True, looks_after_node=True),
}
MEMBERS = {"member", "moderator", "organiser", "member elsewhere"}
HERE = {"of this node", "member", "moderator", "organiser", "clinic", "banned", "keeper"}


def allowed(act: Act, place: Place) -> set[str]:
    return {name for name, who in READERS.items() if may(act, place, who)}


@pytest.mark.threat("T88")
@pytest.mark.feature("C02")
@pytest.mark.parametrize(
    ("door", "elsewhere", "known"),
    [
        ("public", False, set(READERS)),
        ("closed", True, set(READERS)),
        ("closed", False, MEMBERS | HERE | {"invited"}),
        ("node", False, MEMBERS | HERE | {"invited"}),
        ("hidden", True, MEMBERS | {"invited"}),
        ("hidden", False, MEMBERS | {"invited"}),
    ],
)
def test_each_door_lets_those_know_of_a_community_whom_it_is_for(door, elsewhere, known):
    assert allowed(Act.KNOW, Place(door=door, elsewhere=elsewhere)) == known


@pytest.mark.threat("T88")
@pytest.mark.feature("C02")
@pytest.mark.parametrize(
    ("door", "readers"),
    [
        ("public", set(READERS)),
        ("closed", MEMBERS),
        ("node", HERE - {"clinic"}),
        ("hidden", MEMBERS),
    ],
)
def test_each_door_lets_those_read_whom_it_is_for(door, readers):
    assert allowed(Act.READ, Place(door=door, elsewhere=True)) == readers


@pytest.mark.parametrize("act", list(Act))
def test_who_may_not_know_of_a_community_may_do_nothing_with_it(act):
    for door, elsewhere in product(DOORS, (False, True)):
        place = Place(door=door, elsewhere=elsewhere, posting="anyone")
        assert allowed(act, place) <= allowed(Act.KNOW, place)


@pytest.mark.parametrize("act", [act for act in Act if act not in (Act.KNOW, Act.ORGANISE)])
def test_nothing_is_done_in_a_community_that_is_closed_down(act):
    assert allowed(act, Place(is_closed_down=True, posting="anyone")) == set()


def test_who_organises_a_community_that_is_closed_down_still_finds_it():
    assert allowed(Act.KNOW, Place(is_closed_down=True)) == {"organiser"}


@pytest.mark.feature("H12")
@pytest.mark.parametrize("door", ["closed", "node", "hidden"])
@pytest.mark.parametrize(
    "act", [act for act in Act if act not in (Act.KNOW, Act.ORGANISE, Act.MODERATE)]
)
def test_a_clinic_does_nothing_behind_a_door_whatever_it_is_there(door, act):
    place = Place(door=door, elsewhere=True, posting="anyone", joining="open")
    for role, is_here in product((Role.NOBODY, Role.MEMBER), (False, True)):
        clinic = Who(role, is_here=is_here, is_clinic=True, is_follower=True)
        assert not may(act, place, clinic)


@pytest.mark.parametrize(
    ("posting", "begin", "answer"),
    [
        ("anyone", set(READERS) - {"banned"}, set(READERS) - {"banned"}),
        ("members", MEMBERS, MEMBERS),
        ("moderators", {"moderator", "organiser"}, MEMBERS),
    ],
)
def test_who_may_write_is_said_by_the_community_and_a_ban_forbids_it(posting, begin, answer):
    place = Place(posting=posting)

    assert allowed(Act.BEGIN, place) == begin
    assert allowed(Act.ANSWER, place) == answer


@pytest.mark.feature("C09")
def test_whoever_follows_a_community_that_anybody_may_join_takes_part_by_writing():
    follower = Who(is_follower=True)

    assert may(Act.BEGIN, Place(), follower)
    assert not may(Act.BEGIN, Place(joining="approval"), follower)
    assert not may(Act.BEGIN, Place(posting="moderators"), follower)


@pytest.mark.threat("T88")
@pytest.mark.feature("C12")
def test_members_are_listed_to_members_or_where_it_is_wanted_to_who_looks_after_it():
    assert allowed(Act.LIST_MEMBERS, Place()) == MEMBERS
    assert allowed(Act.LIST_MEMBERS, Place(shows_members=False)) == {"moderator", "organiser"}


def seen(visibility: str, place: Place | None) -> set[str]:
    return {n for n, who in READERS.items() if may_see(visibility, Reading(who=who, place=place))}


@pytest.mark.threat("T88")
def test_what_is_for_members_is_seen_by_members_and_by_no_clinic():
    closed = Place(door="closed", elsewhere=True)

    assert seen("members", closed) == MEMBERS
    assert not may_see("members", Reading(who=Who(Role.MEMBER, is_clinic=True), place=closed))
    assert not may_see("members", Reading(is_named=True, is_follower=True, place=closed))


@pytest.mark.threat("T88")
@pytest.mark.parametrize("door", ["closed", "hidden", "node"])
@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_a_door_that_is_shut_shuts_at_once_also_over_what_was_said_in_the_open(door, visibility):
    place = Place(door=door)

    assert seen(visibility, place) == allowed(Act.READ, place)


@pytest.mark.threat("T88")
def test_a_door_that_is_opened_shows_nothing_that_was_said_behind_it():
    assert seen("members", Place(door="public")) == MEMBERS
    assert seen("node", Place(door="public")) == HERE - {"clinic"}


def test_an_author_sees_their_own_words_whatever_became_of_the_community():
    place = Place(door="hidden", is_closed_down=True)

    assert may_see("members", Reading(is_author=True, place=place))


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
    assert moderates(standing) is may


def test_who_may_moderate_is_who_stands_so_wherever_they_are():
    for place, who in product((Place(door=door) for door in DOORS), READERS.values()):
        assert may(Act.MODERATE, place, who) is (
            may(Act.KNOW, place, who) and moderates(standing_at(place, who))
        )
    assert moderates(standing_at(None, READERS["keeper"]))
