"""What was deleted or undone is remembered for its own actor, for a while, and up to a number."""

import pytest

from federation.limits import REMEMBERED_S
from node.arrivals import tombstones
from node.arrivals.tombstones import (
    add_tombstone,
    drop_tombstone,
    forget_old_tombstones,
    has_tombstone,
)
from tests.conftest import NOW

ROSE, REED = "https://valley.example/people/rose", "https://valley.example/people/reed"
NOTE = "https://valley.example/notes/1"


@pytest.mark.threat("T120")
def test_a_mark_is_that_of_one_actor_and_one_kind(tx):
    add_tombstone(tx, NOTE, ROSE, "deleted", NOW)

    assert has_tombstone(tx, NOTE, ROSE, "deleted") is True
    assert has_tombstone(tx, NOTE, REED, "deleted") is False
    assert has_tombstone(tx, NOTE, ROSE, "undone") is False
    assert has_tombstone(tx, f"{NOTE}2", ROSE, "deleted") is False


def test_the_same_mark_twice_is_one(tx):
    add_tombstone(tx, NOTE, ROSE, "deleted", NOW)
    add_tombstone(tx, NOTE, ROSE, "deleted", NOW + 1)

    assert forget_old_tombstones(tx, NOW + REMEMBERED_S + 2) == 1


@pytest.mark.threat("T120")
def test_a_mark_is_kept_for_ninety_days_and_what_was_held_here_for_ever(tx):
    add_tombstone(tx, NOTE, ROSE, "deleted", NOW)
    add_tombstone(tx, f"{NOTE}2", ROSE, "deleted", NOW, forever=True)

    assert forget_old_tombstones(tx, NOW + REMEMBERED_S) == 0
    assert forget_old_tombstones(tx, NOW + REMEMBERED_S + 1) == 1
    assert not has_tombstone(tx, NOTE, ROSE, "deleted")
    assert has_tombstone(tx, f"{NOTE}2", ROSE, "deleted")


@pytest.mark.threat("T48")
def test_an_actor_has_so_many_marks_and_no_more(tx, monkeypatch):
    monkeypatch.setattr(tombstones, "TOMBSTONES_PER_ACTOR_MAX", 3)

    for number in range(5):
        add_tombstone(tx, f"{NOTE}{number}", ROSE, "deleted", NOW)
    add_tombstone(tx, NOTE, REED, "deleted", NOW)

    kept = [number for number in range(5) if has_tombstone(tx, f"{NOTE}{number}", ROSE, "deleted")]
    assert kept == [0, 1, 2]
    assert has_tombstone(tx, NOTE, REED, "deleted")


@pytest.mark.threat("T120")
def test_one_mark_is_dropped_and_no_other(tx):
    others = [(f"{NOTE}2", ROSE, "deleted"), (NOTE, REED, "deleted"), (NOTE, ROSE, "undone")]
    for mark in [(NOTE, ROSE, "deleted"), *others]:
        add_tombstone(tx, *mark, NOW)

    drop_tombstone(tx, NOTE, ROSE, "deleted")

    assert not has_tombstone(tx, NOTE, ROSE, "deleted")
    assert all(has_tombstone(tx, *mark) for mark in others)
