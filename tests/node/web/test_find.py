"""Finding what was said, on the page and in apps."""

import re

import pytest

from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.members.actions import follow
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW

SEARCH = "/api/v2/search"


async def say(house, caller, text, now=NOW, **fields):
    return await house.do(publish, caller.actor, Draft(text=text, **fields), now)


@pytest.mark.feature("D02")
async def test_a_page_shows_what_was_found_and_leads_further_back(house, rosa, ann):
    await house.do(edit_profile, rosa.actor.id, ProfileChanges(indexable=True), NOW)
    for number in range(21):
        await say(house, rosa, f"Zebra number {number}.", NOW + number)

    first = await ann.open("/find?q=zebra")
    way = first.text.partition('href="/find?q=zebra&amp;before=')[2].partition('"')[0]
    second = await ann.open(f"/find?q=zebra&before={way}")

    assert ("Zebra number 20." in first.text, "Zebra number 0." in first.text) == (True, False)
    assert ("Zebra number 20." in second.text, "Zebra number 0." in second.text) == (False, True)
    assert "Look further back" not in second.text


@pytest.mark.threat("T95")
async def test_what_may_not_be_seen_leaves_no_trace_on_the_page(house, rosa, ann):
    async def shown():
        return re.sub(r'name="token" value="[^"]*"', "", (await ann.open("/find?q=zebra")).text)

    before = await shown()
    await say(house, rosa, "A zebra for few", visibility="direct")
    await say(house, rosa, "A zebra for followers", visibility="followers")

    assert await shown() == before
    assert "Nothing and nobody was found" in before


async def test_what_cannot_be_looked_for_is_said_in_words(ann):
    page = await ann.open("/find?q=walk+before:tomorrow")

    assert (page.status, "After before: and after: comes a day" in page.text) == (200, True)
    assert "Nobody is known here as nobody." in (await ann.open("/find?q=from:nobody")).text


async def test_visitors_search_nothing(house, rosa, visitor):
    await house.do(edit_profile, rosa.actor.id, ProfileChanges(indexable=True), NOW)
    await say(house, rosa, "Zebras for everybody")

    assert (await visitor.open("/find?q=zebras")).status == 303
    reply = await house.visitor.get(f"{SEARCH}?q=zebras")
    assert reply.value["statuses"] == []


@pytest.mark.feature("D02")
async def test_apps_search_what_was_said_page_by_page(house, rosa, tilda):
    await house.do(follow, tilda.actor, rosa.actor, NOW)
    said = [(await rosa.say(f"Zebra number {number}"))["id"] for number in range(5)]

    async def found(**asked):
        params = {"q": "zebra", "type": "statuses", "limit": "2"} | asked
        return [one["id"] for one in (await tilda.get(SEARCH, params=params)).value["statuses"]]

    assert await found() == said[:2:-1]
    assert await found(offset="2") == said[2:0:-1]
    assert await found(max_id=said[2]) == said[1::-1]
    assert await found(account_id=rosa.id) == said[:2:-1]
    assert await found(account_id=tilda.id) == []
    assert await found(offset="201") == []
    assert await found(q="zebra from:rosa") == said[:2:-1]


async def test_a_search_for_an_address_looks_for_no_words(house, rosa):
    await rosa.say("See https://valley.example/notes/zebra")

    reply = await rosa.get(SEARCH, params={"q": "https://valley.example/notes/zebra"})

    assert reply.value["statuses"] == []
