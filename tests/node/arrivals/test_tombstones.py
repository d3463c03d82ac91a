"""What was deleted or undone is remembered for its own actor, for a while, and up to a number."""

import pytest

from federation.limits import REMEMBERED_S
from node.arrivals import tombstones as marks
from node.arrivals.tombstones import add_mark, drop_mark, forget_old_marks, is_marked
from tests.conftest import NOW

ROSE, REED = "https://valley.example/people/rose", "https://valley.example/people/reed"
NOTE = "https://valley.example/notes/1"


@pytest.mark.threat("T120")
def test_a_mark_is_that_of_one_actor_and_one_kind(tx):
    add_mark(tx, NOTE, ROSE, "deleted", NOW)

    assert is_marked(tx, NOTE, ROSE, "deleted") is True
    assert is_marked(tx, NOTE, REED, "deleted") is False
    assert is_marked(tx, NOTE, ROSE, "undone") is False
    assert is_marked(tx, f"{NOTE}2", ROSE, "deleted") is False


def test_the_same_mark_twice_is_one(tx):
    add_mark(tx, NOTE, ROSE, "deleted", NOW)
    add_mark(tx, NOTE, ROSE, "deleted", NOW + 1)

    assert forget_old_marks(tx, NOW + REMEMBERED_S + 2) == 1


@pytest.mark.threat("T120")
def test_a_mark_is_kept_for_ninety_days_and_what_was_held_here_for_ever(tx):
    add_mark(tx, NOTE, ROSE, "deleted", NOW)
    add_mark(tx, f"{NOTE}2", ROSE, "deleted", NOW, forever=True)

    assert forget_old_marks(tx, NOW + REMEMBERED_S) == 0
    assert forget_old_marks(tx, NOW + REMEMBERED_S + 1) == 1
    assert not is_marked(tx, NOTE, ROSE, "deleted")
    assert is_marked(tx, f"{NOTE}2", ROSE, "deleted")


@pytest.mark.threat("T48")
def test_an_actor_has_so_many_marks_and_no_more(tx, monkeypatch):
    monkeypatch.setattr(marks, "MARKS_PER_ACTOR_MAX", 3)

    for number in range(5):
        add_mark(tx, f"{NOTE}{number}", ROSE, "deleted", NOW)
    add_mark(tx, NOTE, REED, "deleted", NOW)

    kept = [number for number in range(5) if is_marked(tx, f"{NOTE}{number}", ROSE, "deleted")]
    assert kept == [0, 1, 2]
    assert is_marked(tx, NOTE, REED, "deleted")


@pytest.mark.threat("T120")
def test_one_mark_is_dropped_and_no_other(tx):
    others = [(f"{NOTE}2", ROSE, "deleted"), (NOTE, REED, "deleted"), (NOTE, ROSE, "undone")]
    for mark in [(NOTE, ROSE, "deleted"), *others]:
        add_mark(tx, *mark, NOW)

    drop_mark(tx, NOTE, ROSE, "deleted")

    assert not is_marked(tx, NOTE, ROSE, "deleted")
    assert all(is_marked(tx, *mark) for mark in others)
