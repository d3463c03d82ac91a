"""Communities as the lists of an app: what somebody is in, with its conversations."""

import pytest

from node.topics.members.actions import Founding, follow, found_community
from node.topics.organising.actions import close_down
from tests.neighbours import KEYS, NOW, ORIGIN

LISTS = "/api/v1/lists"


async def made(house, organiser, name, door="closed"):
    founding = Founding(origin=ORIGIN, name=name, title=name.title(), visibility=door)
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


def titles(reply):
    return [one["title"] for one in reply.value]


@pytest.mark.feature("C09")
async def test_each_community_that_one_is_in_is_a_list_with_its_conversations(house, rosa, tilda):
    hollow = await made(house, rosa, "hollow")
    await made(house, rosa, "walkers", "public")
    await house.do(follow, tilda.actor, hollow, NOW)
    first = await rosa.say("@hollow a quiet word")
    second = await tilda.say("@hollow another")
    await rosa.say("aside of it")

    mine = await tilda.get(LISTS)
    page = f"/api/v1/timelines/list/{hollow.id}"

    assert titles(mine) == ["Hollow"]
    assert titles(await rosa.get(LISTS)) == ["Hollow", "Walkers"]
    assert (await tilda.get(f"{LISTS}/{hollow.id}")).value == mine.value[0]
    assert (await tilda.get(page)).ids == [second["id"], first["id"]]
    older = (await tilda.get(f"{page}?limit=1")).way("next")
    assert (await tilda.get(older)).ids == [first["id"]]
    assert (await tilda.get(f"{page}?limit=1&min_id=1")).ids == [first["id"]]


@pytest.mark.threat("T87")
async def test_a_list_names_the_community_and_nobody_in_it(house, rosa, tilda):
    hollow = await made(house, rosa, "hollow")

    accounts = (await rosa.get(f"{LISTS}/{hollow.id}/accounts")).value

    assert [one["acct"] for one in accounts] == ["hollow"]
    assert titles(await rosa.get(f"/api/v1/accounts/{hollow.id}/lists")) == ["Hollow"]
    assert (await tilda.get(f"/api/v1/accounts/{hollow.id}/lists")).value == []
    assert (await house.visitor.get(f"/api/v1/accounts/{hollow.id}/lists")).value == []


@pytest.mark.threat("T88")
@pytest.mark.parametrize(
    "path", [f"{LISTS}/%d", f"{LISTS}/%d/accounts", "/api/v1/timelines/list/%d"]
)
async def test_what_one_is_not_in_looks_as_if_it_were_not_there(house, rosa, tilda, path):
    hollow = await made(house, rosa, "hollow", "hidden")
    closed = await made(house, tilda, "ended")
    await house.do(follow, rosa.actor, closed, NOW)
    await house.do(close_down, tilda.actor, closed, NOW)

    there = await tilda.ask("GET", path % hollow.id)
    ended = await rosa.ask("GET", path % closed.id)
    absent = await tilda.ask("GET", path % 7)

    assert there.status == ended.status == absent.status == 404
    assert there.text == ended.text == absent.text


async def test_one_that_is_left_is_a_list_no_longer(house, rosa, tilda):
    hollow = await made(house, rosa, "hollow")
    await house.do(follow, tilda.actor, hollow, NOW)

    await tilda.post(f"/api/v1/accounts/{hollow.id}/unfollow")

    assert (await tilda.get(LISTS)).value == []
