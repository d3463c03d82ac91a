"""A community of two thousand members at fifty nodes: what one post costs."""

import pytest

from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, found_community
from node.topics.members.store import Follow, put_follow
from node.topics.permissions.rules import Role
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.cpu import measured
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_node, add_person

NODES, MEMBERS = 50, 2_000
CPU_S_MAX = 0.02


@pytest.fixture
def organiser(tx):
    """Who looks after the closed community `valley`, which all the others belong to."""
    add_node(tx)
    dee = add_person(tx, "dee")
    founding = Founding(
        origin=ORIGIN,
        name="valley",
        title="Valley",
        visibility="closed",
        joining="approval",
        elsewhere=True,
    )
    group = found_community(tx, founding, dee, KEYS, NOW)
    for number in range(MEMBERS):
        origin = f"https://node{number % NODES}.example"
        one = add_neighbour(tx, f"m{number}", origin)
        put_follow(tx, Follow(one.id, one.id, group.id, f"{one.iri}/f", "accepted", NOW))
        put_member(tx, group.id, one.id, Role.MEMBER, NOW, "approval")
    return dee


@pytest.mark.feature("F13")
@pytest.mark.promise("R9")
def test_a_post_goes_once_to_each_node_and_costs_little(tx, organiser):
    costs = []
    for number in range(3):
        before = len(deliveries(tx))
        with measured() as cost:
            publish(tx, organiser, Draft(text=f"@valley Walk {number}"), NOW + number)
        costs.append(cost.cpu_s)
        assert len(deliveries(tx)) - before == NODES

    assert min(costs) <= CPU_S_MAX
    assert len({row["host"] for row in deliveries(tx)}) == NODES


def deliveries(tx):
    return tx.all("select host, entry_id from delivery")
