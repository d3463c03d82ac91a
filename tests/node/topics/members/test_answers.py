"""Whoever is let go neither follows nor waits any more."""

import pytest

from node.topics.communities.join_requests import request_of
from node.topics.members.actions import follow_only, join
from node.topics.members.answers import reject_follow
from node.topics.members.store import follow_between
from tests.neighbours import NOW, add_group, add_person


@pytest.mark.threat("T97")
def test_who_follows_and_waits_to_join_does_neither_when_they_are_let_go(tx):
    ann, ben = add_person(tx, "ann"), add_person(tx, "ben")
    walkers = add_group(tx, "walkers", ann, joining="approval")
    follow_only(tx, ben, walkers, NOW)
    join(tx, ben, walkers, NOW)

    reject_follow(tx, walkers, ben, NOW + 1)

    assert follow_between(tx, ben.id, walkers.id) is None
    assert not request_of(tx, walkers.id, ben.id).waits
