"""Whom a member is told that will hold a copy is whom it is sent to, before and after (F14)."""

from random import Random

import pytest

from node.outbox.receipts import note_readers
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.communities.store import drop_member, put_member
from node.topics.members.actions import Founding, found_community
from node.topics.permissions.rules import Role
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.who_holds import Holders, who_holds, who_will_hold
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_person

POSTS = 1_000


@pytest.mark.feature("F14")
@pytest.mark.threat("T91")
def test_the_list_that_is_shown_is_the_list_of_deliveries_over_a_thousand_posts(tx):
    random, dee = Random(5), add_person(tx, "dee")
    groups = {
        door: found_community(
            tx,
            Founding(origin=ORIGIN, name=door, title=door, visibility=door, elsewhere=True),
            dee,
            KEYS,
            NOW,
        )
        for door in ("closed", "hidden", "node")
    }
    others = [
        add_neighbour(tx, f"m{number}", f"https://n{number % 12}.example") for number in range(36)
    ]
    put_policy(tx, "n3.example", Policy.BLOCKED, "", NOW)
    sizes = set()
    for number in range(POSTS):
        group = groups[random.choice(("closed", "hidden", "hidden", "node"))]
        who = random.choice(others)
        if group.name != "node" and random.random() < 0.5:
            put_member(tx, group.id, who.id, Role.MEMBER, NOW)
        else:
            drop_member(tx, group.id, who.id)

        told = who_will_hold(tx, dee, group)
        post_id = publish(tx, dee, Draft(text=f"@{group.name} {number}"), NOW)

        assert told.hosts == sent_to(tx, post_id), number
        assert who_holds(tx, post_by_id(tx, post_id), dee) == told.hosts
        sizes.add(len(told.hosts))
    assert {0, 1, 5} <= sizes
    assert told.passed_on_by is None


def sent_to(tx, post_id):
    rows = tx.all(
        """
        select distinct d.host from post p join outbox_entry e on e.object_iri = p.iri
        join delivery d on d.entry_id = e.id where p.id = :id order by d.host
        """,
        id=post_id,
    )
    return tuple(row["host"] for row in rows)


@pytest.mark.feature("F14")
def test_of_a_community_elsewhere_its_home_is_named_which_gives_it_to_others(tx):
    rose = add_person(tx, "rose")
    group = add_neighbour(tx, "circle", kind="Group", approves_followers=True)
    put_member(tx, group.id, rose.id, Role.MEMBER, NOW)

    told = who_will_hold(tx, rose, group)
    post_id = publish(tx, rose, Draft(text="@circle@valley.example Hello"), NOW)

    assert told == Holders(("valley.example",), passed_on_by="valley.example")
    assert sent_to(tx, post_id) == ("valley.example",)


@pytest.mark.feature("F14")
def test_a_node_that_read_a_post_is_named_to_its_author_and_to_nobody_else(tx):
    dee, ivo = add_person(tx, "dee"), add_person(tx, "ivo")
    founding = Founding(origin=ORIGIN, name="den", title="Den", visibility="hidden")
    group = found_community(tx, founding, dee, KEYS, NOW)
    put_member(tx, group.id, ivo.id, Role.MEMBER, NOW)
    post = post_by_id(tx, publish(tx, dee, Draft(text="@den Hello"), NOW))

    assert who_holds(tx, post, dee) == ()
    note_readers(tx, [post.iri], "moor.example", NOW)

    assert who_holds(tx, post, dee) == ("moor.example",)
    assert who_holds(tx, post, ivo) is None
    assert who_holds(tx, post, None) is None
