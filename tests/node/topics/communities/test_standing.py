"""Who looks after the node looks after what they may read, and behind no other door."""

import pytest

from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from node.topics.communities.store import standing_in
from node.topics.members.actions import Founding, found_community
from tests.neighbours import KEYS, NOW, ORIGIN, add_person


@pytest.mark.threat("T85")
@pytest.mark.parametrize(
    ("door", "is_theirs"),
    [("public", True), ("node", True), ("closed", False), ("hidden", False)],
)
def test_a_keeper_of_the_node_looks_after_no_community_that_they_may_not_read(tx, door, is_theirs):
    keeper = create_account(
        tx,
        origin=ORIGIN,
        name="kim",
        email=None,
        password_hash=None,
        role="moderator",
        keys=KEYS,
        now=NOW,
    )
    founding = Founding(origin=ORIGIN, name="sky", title="Sky", visibility=door)
    group = found_community(tx, founding, add_person(tx, "ann"), KEYS, NOW)

    standing = standing_in(tx, group, actor_by_id(tx, keeper.actor_id))

    assert standing.looks_after_node is is_theirs
