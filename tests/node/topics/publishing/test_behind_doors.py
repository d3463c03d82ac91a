"""What is said behind a door goes to the nodes of its members, once each, and nowhere else."""

import pytest

from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, found_community
from node.topics.permissions.rules import Role
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_person

NODES, MEMBERS = 5, 40


def founded(tx, ann, door="closed", **fields):
    founding = Founding(origin=ORIGIN, name="walkers", title="Walkers", visibility=door, **fields)
    return found_community(tx, founding, ann, KEYS, NOW)


def with_members(tx, group, nodes, members):
    """Members spread over nodes elsewhere; their inboxes."""
    inboxes = set()
    for number in range(members):
        origin = f"https://n{number % nodes}.example"
        someone = add_neighbour(tx, f"m{number}", origin)
        put_member(tx, group.id, someone.id, Role.MEMBER, NOW)
        inboxes.add(someone.inbox)
    return inboxes


def delivered(tx):
    return [row["inbox"] for row in tx.all("select inbox from delivery order by id")]


@pytest.mark.threat("T89")
@pytest.mark.feature("F13")
def test_a_post_goes_once_to_each_node_with_a_member_and_to_no_shared_inbox(tx):
    ann = add_person(tx, "ann")
    group = founded(tx, ann, elsewhere=True)
    inboxes = with_members(tx, group, NODES, MEMBERS)

    publish(tx, ann, Draft(text="@walkers a quiet word"), NOW)

    assert len(delivered(tx)) == NODES
    assert set(delivered(tx)) <= inboxes


@pytest.mark.threat("T90")
@pytest.mark.feature("F13")
def test_what_goes_out_names_no_member_but_who_wrote(tx):
    ann = add_person(tx, "ann")
    group = founded(tx, ann, elsewhere=True)
    with_members(tx, group, NODES, MEMBERS)

    publish(tx, ann, Draft(text="@walkers a quiet word"), NOW)

    bodies = [row["body"] for row in tx.all("select body from outbox_entry where kind <> 'Follow'")]
    said = next(body for body in bodies if '"Announce"' in body)
    assert "/people/m" not in said
    assert "#Public" not in said
    assert f"{group.iri}/followers" in said


@pytest.mark.threat("T91")
@pytest.mark.parametrize("door", ["closed", "node", "hidden"])
def test_nothing_of_a_community_of_this_node_leaves_it(tx, door):
    ann = add_person(tx, "ann")
    founded(tx, ann, door)
    follower = add_neighbour(tx, "rose")
    tx.run(
        """
        insert into follow (id, follower_id, followed_id, iri, state, created_at)
        values (1, :follower_id, :ann_id, 'https://valley.example/f/1', 'accepted', 1)
        """,
        follower_id=follower.id,
        ann_id=ann.id,
    )

    post_id = publish(tx, ann, Draft(text="@walkers a quiet word"), NOW)
    edit(tx, ann, post_id, Draft(text="@walkers another"), NOW + 1)
    delete(tx, ann, post_id, NOW + 2)

    assert delivered(tx) == []
