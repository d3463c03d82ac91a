"""What a community may say of itself, and whom a change of door shuts out."""

import pytest

from node.base.errors import Invalid, NotAllowed
from node.topics.organising.rules import (
    FOUNDED_A_DAY_MAX,
    Settings,
    check_may_found,
    check_may_give,
    check_settings,
    name_for,
    shuts_out,
    topics_of,
)
from node.topics.permissions.rules import Place, Role

PUBLIC, NODE = Place(door="public"), Place(door="node")
CLOSED, CLOSED_AND_WIDE = Place(door="closed"), Place(door="closed", elsewhere=True)
HIDDEN = Place(door="hidden")


@pytest.mark.feature("C02")
@pytest.mark.parametrize(
    ("before", "after", "is_shut"),
    [
        (PUBLIC, CLOSED_AND_WIDE, True),
        (PUBLIC, NODE, True),
        (CLOSED_AND_WIDE, CLOSED, True),
        (CLOSED_AND_WIDE, NODE, True),
        (CLOSED, HIDDEN, False),
        (NODE, CLOSED, False),
        (HIDDEN, PUBLIC, False),
        (CLOSED, PUBLIC, False),
        (PUBLIC, PUBLIC, False),
    ],
)
def test_a_narrower_door_shuts_somebody_out_where_strangers_could_read_or_belong(
    before, after, is_shut
):
    assert shuts_out(before, after) is is_shut


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Morning Walk", "morning_walk"),
        ("Café déjà vu!", "cafe_deja_vu"),
        ("  --  ", "community"),
        ("مجموعة المشي", "community"),
        ("a" * 60, "a" * 30),
    ],
)
def test_a_name_for_the_address_is_made_of_the_title(title, name):
    assert name_for(title) == name


def test_topic_words_stand_once_each_with_commas_of_any_script():
    assert topics_of("#walking,  long  covid, walking،شفاء") == ("walking", "long covid", "شفاء")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(about="x" * 2_001),
        Settings(rules="x" * 10_001),
        Settings(language="English please"),
        Settings(topics=",".join(f"word{number}" for number in range(11))),
        Settings(topics="x" * 51),
    ],
)
def test_what_is_too_long_or_no_language_is_refused(settings):
    with pytest.raises(Invalid):
        check_settings(settings)


def test_one_community_too_many_in_a_day_waits_for_the_next():
    check_may_found(FOUNDED_A_DAY_MAX - 1)

    with pytest.raises(NotAllowed):
        check_may_found(FOUNDED_A_DAY_MAX)


@pytest.mark.parametrize(
    ("role", "is_here", "is_clinic"),
    [(Role.ORGANISER, False, False), (Role.MODERATOR, True, True), (Role.MEMBER, True, True)],
)
def test_organisers_are_people_of_this_node_and_organisations_have_no_role(
    role, is_here, is_clinic
):
    with pytest.raises(NotAllowed):
        check_may_give(role, is_here=is_here, is_clinic=is_clinic)
