"""The end of what is new in somebody's home."""

import pytest

from node.topics.actors.store import actor_by_id
from node.topics.members.actions import follow
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.web.caught_up import READ_COOKIE
from tests.neighbours import NOW

LINE = "You are caught up"


@pytest.fixture
async def told(house, ann, rosa):
    """Says something that ann hears."""
    me = await house.do(lambda tx: tx.one("select actor_id as id from account where name = 'ann'"))
    actor = await house.do(lambda tx: actor_by_id(tx, me["id"]))
    await house.do(follow, actor, rosa.actor, NOW)

    async def say(text, now=NOW):
        return await house.do(publish, rosa.actor, Draft(text=text), now)

    return say


def order(text, *words):
    """The words in the order in which they stand in a page."""
    return sorted((word for word in words if word in text), key=text.index)


@pytest.mark.feature("D07")
async def test_what_was_there_last_time_stands_below_a_line(ann, told):
    await told("Old words", NOW)
    assert LINE not in (await ann.open("/")).text
    await told("New words", NOW + 1)

    page = (await ann.open("/")).text

    assert order(page, "Old words", LINE, "New words") == ["New words", LINE, "Old words"]
    again = (await ann.open("/")).text
    assert order(again, "New words", LINE) == [LINE, "New words"]


@pytest.mark.feature("D07")
async def test_the_line_stands_on_the_page_to_which_it_belongs(ann, told):
    await told("Old words", NOW)
    await ann.open("/")
    for number in range(1, 23):
        await told(f"Words number {number}.", NOW + number)

    first = (await ann.open("/")).text
    way = first.partition('href="/?before=')[2].partition('"')[0].replace("&amp;", "&")
    second = (await ann.open(f"/?before={way}")).text

    assert LINE not in first
    assert order(second, "Old words", LINE, "Words number 1.") == [
        "Words number 1.",
        LINE,
        "Old words",
    ]
    assert "That is all there is." in second


async def test_the_line_stands_first_where_the_page_begins_with_it(ann, told):
    await told("Old words", NOW)
    await ann.open("/")
    for number in range(1, 21):
        await told(f"Words number {number}.", NOW + number)

    first = (await ann.open("/")).text
    way = first.partition('href="/?before=')[2].partition('"')[0].replace("&amp;", "&")

    assert order((await ann.open(f"/?before={way}")).text, "Old words", LINE) == [LINE, "Old words"]


@pytest.mark.threat("T93")
async def test_what_somebody_has_read_stands_in_their_browser_alone(house, ann, told):
    await told("Old words", NOW)

    def whole(tx):
        return [tx.all("select * from home_entry"), tx.all("select * from notification")]

    before = await house.do(whole)
    reply = await ann.open("/")

    assert [list(map(tuple, rows)) for rows in await house.do(whole)] == [
        list(map(tuple, rows)) for rows in before
    ]
    cookie = next(one for one in reply.headers.getall("Set-Cookie") if READ_COOKIE in one)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    ann.cookies[READ_COOKIE] = "1-" + ann.cookies[READ_COOKIE].partition("-")[2]
    assert LINE not in (await ann.open("/")).text
