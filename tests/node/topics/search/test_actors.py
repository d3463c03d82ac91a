"""Whom somebody finds by what they are called."""

import pytest

from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.activities import store_actor
from node.topics.actors.store import mark_actor_deleted
from node.topics.members.actions import follow
from node.topics.search.actor_words import circle_of, index_due_actors
from node.topics.search.store import actors_found
from tests.neighbours import NOW, actor_document, add_group, add_neighbour, add_node, add_person


@pytest.fixture
def ann(tx):
    add_node(tx)
    return add_person(tx, "ann")


def called(tx, actor, name):
    edit_profile(tx, actor.id, ProfileChanges(display_name=name), NOW)


def find(tx, reader, query):
    while index_due_actors(tx, NOW):
        pass
    return [actor.name for actor in actors_found(tx, query, None, reader, 20)]


@pytest.mark.feature("D02")
@pytest.mark.parametrize(
    ("name", "query"),
    [("José Núñez", "nunez jose"), ("Jose", "José"), ("李小龍", "小龍"), ("كِتَابٌ", "كتاب")],
)
def test_people_are_found_by_what_they_are_called(tx, ann, name, query):
    ben = add_person(tx, "ben")
    called(tx, ben, name)

    assert find(tx, ann, query) == ["ben"]
    called(tx, ben, "Somebody Else")
    assert find(tx, ann, query) == []


@pytest.mark.feature("D02")
def test_communities_are_found_by_what_they_say_of_themselves(tx, ann):
    add_group(tx, "walkers", ann)
    store_actor(
        tx,
        actor_document(
            "ramblers", kind="Group", display_name="Ramblers", summary="<p>We go walking</p>"
        ),
        NOW,
    )

    assert find(tx, ann, "walk") == ["walkers", "ramblers"]


@pytest.mark.threat("T95")
def test_who_wants_to_be_in_no_list_is_found_by_followers_and_by_handle(tx, ann):
    shy = add_neighbour(tx, "shy", display_name="Quiet Person", discoverable=False)

    assert find(tx, ann, "quiet") == []
    assert find(tx, ann, "shy@valley") == ["shy"]
    follow(tx, ann, shy, NOW)
    tx.run("update follow set state = 'accepted', accepted_at = :now", now=NOW)
    assert find(tx, ann, "quiet") == ["shy"]


def test_who_is_gone_or_hidden_is_not_found(tx, ann):
    rose = add_neighbour(tx, "rose", display_name="Quiet Person")
    blocked = add_neighbour(tx, "briar", display_name="Quiet Person")
    assert find(tx, ann, "quiet") == ["rose", "briar"]

    tx.run("update actor set hidden_at = :now where id = :id", now=NOW, id=blocked.id)
    mark_actor_deleted(tx, rose.id, NOW)

    assert find(tx, ann, "quiet") == []
    assert tx.one("select 1 as found from actor_words where actor_id = :id", id=rose.id) is None


@pytest.mark.threat("T94")
def test_a_hidden_community_stands_in_the_circle_of_its_members(tx, ann):
    walkers = add_group(tx, "walkers", ann)

    assert circle_of(walkers, "hidden") == f"members {walkers.id}"
    assert circle_of(walkers, None) == f"members {walkers.id}"
    assert {circle_of(walkers, door) for door in ("closed", "node")} == {"node"}
