"""The page of a community elsewhere: what stands first, who looks after it, how many join in."""

import pytest

from federation import documents
from node.topics.actors.counts import put_claimed
from node.topics.actors.store import local_actor
from node.topics.members.actions import follow
from node.topics.members.store import accept_stored, follow_between
from node.topics.moderation.group_moderators import put_group_moderator
from node.topics.posts.pins import replace_pins
from node.topics.posts.store import post_by_iri
from tests.neighbours import NOW, add_neighbour, note
from tests.node.topics.moderation.scenes import add_valley, fetch_announced


def fill(tx):
    valley, otto = add_valley(tx), add_neighbour(tx, "otto", "https://lemmy.example")
    put_group_moderator(tx, valley.id, otto.iri, NOW)
    put_group_moderator(tx, valley.id, "https://unknown.example/people/x", NOW)
    document = note(
        otto,
        "Read this first",
        to=(valley.iri, documents.PUBLIC),
        audience=valley.iri,
        distinguished=True,
    )
    fetch_announced(tx, valley, otto, document)
    replace_pins(tx, valley, [document.iri], NOW)
    put_claimed(tx, valley.id, 1_234, None)
    return valley, otto, post_by_iri(tx, document.iri)


@pytest.fixture
async def scene(house):
    return await house.do(fill)


async def test_what_it_shows_first_stands_first(ann, scene):
    valley, _, post = scene

    page = await ann.open(f"/seen/people/{valley.id}")

    first = page.text.partition("First of all")[2].partition("Conversations")[0]
    assert f'id="p{post.id}"' in first
    assert "by a moderator" in first


async def test_those_who_look_after_it_and_are_known_here_are_named(ann, scene):
    valley, otto, _ = scene

    page = await ann.open(f"/seen/people/{valley.id}")

    among = page.text.partition("Who looks after it")[2].partition("</details>")[0]
    assert f"@{otto.acct}" in among
    assert "unknown.example" not in among
    assert "1,234 members" in page.text


@pytest.mark.threat("T87")
async def test_how_many_of_ours_have_joined_it_stands_nowhere(house, ann):
    valley = await house.do(add_valley)
    await house.do(joined_by_ann, valley)

    page = await ann.open(f"/seen/people/{valley.id}")

    assert "You are a member" in page.text
    assert "1 member" not in page.text


def joined_by_ann(tx, valley):
    me = local_actor(tx, "Person", "ann")
    follow(tx, me, valley, NOW)
    accept_stored(tx, follow_between(tx, me.id, valley.id).id, NOW)


async def test_a_person_has_no_members(house, ann):
    rose = await house.do(add_neighbour, "rose")

    page = await ann.open(f"/seen/people/{rose.id}")

    assert "member" not in page.text.partition("<main")[2]
    assert "Who looks after it" not in page.text
