"""Blocking and muting on pages."""

import pytest

from node.topics.actors.handles import actor_by_handle
from node.topics.members.blocks import block
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_group, add_neighbour

pytestmark = pytest.mark.feature("M10")


async def send(browser, page_path, path, **fields):
    token = (await browser.open(page_path)).fields["token"]
    return await browser.send(path, {"token": token, **fields})


async def test_the_page_says_what_it_does_and_that_the_other_place_is_told(house, ann):
    rose = await house.do(add_neighbour, "rose")

    page = await ann.open(f"/apart/{rose.id}")

    assert f'href="/apart/{rose.id}"' in (await ann.open(f"/seen/people/{rose.id}")).text
    assert "Their place, valley.example, is told" in page.text
    assert "Whoever is not signed in can still read" in page.text


async def test_somebody_is_blocked_listed_and_let_in_again_without_scripts(house, ann, rosa):
    await house.do(publish, rosa.actor, Draft(text="Words of rosa"), NOW)
    way = f"/apart/{rosa.id}"

    done = await send(ann, way, "/block", actor=rosa.id)
    profile = await ann.open(done.location)
    listed = await ann.open("/settings/blocked")

    assert (done.status, done.location) == (303, "/people/rosa")
    assert "You have blocked them" in profile.text
    assert "Words of rosa" not in profile.text
    assert "@rosa" in listed.text
    assert "Words of rosa" not in (await ann.open("/public")).text
    await send(ann, "/settings/blocked", "/unblock", actor=rosa.id, next="/settings/blocked")
    assert "You have blocked nobody" in (await ann.open("/settings/blocked")).text
    assert "Words of rosa" in (await ann.open("/people/rosa")).text


async def test_somebody_is_muted_for_a_while_and_heard_again(house, ann, rosa):
    await house.do(publish, rosa.actor, Draft(text="Words of rosa"), NOW)
    way = f"/apart/{rosa.id}"

    done = await send(ann, way, "/mute", actor=rosa.id, lasts="86400", notifications="true")

    assert (done.status, done.location) == (303, "/people/rosa")
    profile = await ann.open("/people/rosa")
    assert "Muted: your lists show nothing of them" in profile.text
    assert "Words of rosa" in profile.text
    assert "Words of rosa" not in (await ann.open("/public")).text
    assert "until" in (await ann.open(way)).text
    assert "@rosa" in (await ann.open("/settings/muted")).text
    await send(ann, "/settings/muted", "/unmute", actor=rosa.id)
    assert "You have muted nobody" in (await ann.open("/settings/muted")).text


@pytest.mark.threat("T99")
async def test_the_blocked_is_shown_nothing_and_not_told_why(house, ann, rosa):
    me = await house.do(actor_by_handle, "ann@group.example")
    await house.do(block, rosa.actor, me, NOW)
    await house.do(publish, rosa.actor, Draft(text="Words of rosa"), NOW)
    page = await ann.open("/people/rosa")

    assert "Words of rosa" not in page.text
    assert "blocked" not in page.text
    refused = await send(ann, "/people/rosa", "/follow", actor=rosa.id)
    assert (refused.status, "You cannot follow them." in refused.text) == (403, True)


async def test_a_community_is_muted_and_cannot_be_blocked(house, ann, rosa):
    group = await house.do(add_group, "walkers", rosa.actor)
    way = f"/apart/{group.id}"

    page = await ann.open(way)

    assert 'action="/block"' not in page.text
    assert (await send(ann, way, "/block", actor=str(group.id))).status == 422
    done = await send(ann, way, "/mute", actor=str(group.id), lasts="0")
    assert done.location == "/communities/walkers"


@pytest.mark.parametrize("path", ["/settings/blocked", "/settings/muted", "/apart/1"])
async def test_visitors_are_led_to_sign_in(visitor, path):
    reply = await visitor.open(path)

    assert (reply.status, reply.location[:8]) == (303, "/sign-in")


async def test_there_is_nobody_to_part_from_at_a_number_that_means_nobody(ann):
    assert (await ann.open("/apart/12345")).status == 404
