"""Search engines are kept out of everything that nobody has opted into."""

from dataclasses import replace

import msgspec
import pytest

from node.http.search_engines import ROBOTS_TAG, may_index
from node.http.services import SERVICES
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.handles import actor_by_handle
from node.topics.members.actions import follow
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.reactions.actions import boost
from tests.neighbours import NOW, ORIGIN

META = '<meta name="robots" content="noindex, nofollow">'
SHUT = "noindex, nofollow"


@pytest.fixture
def open_house(house):
    """A node whose keeper lets search engines in."""
    app = house.client.app
    services = app[SERVICES]
    web = msgspec.structs.replace(services.config.web, search_engines=True)
    app._state[SERVICES] = replace(
        services, config=msgspec.structs.replace(services.config, web=web)
    )
    return house


async def agree(house, caller, indexable=True):
    await house.do(edit_profile, caller.actor.id, ProfileChanges(indexable=indexable), NOW)


async def say(house, caller, text="Words", **fields):
    post = await house.do(publish, caller.actor, Draft(text=text, **fields), NOW)
    row = await house.db.read(lambda tx: tx.one("select iri from post where id = :id", id=post))
    return post, row["iri"].removeprefix(ORIGIN)


async def is_shut(visitor, path):
    """Whether a page keeps search engines out; its two ways to say so must agree."""
    page = await visitor.open(path)
    assert (page.headers[ROBOTS_TAG] == SHUT) == (META in page.text)
    return page.headers[ROBOTS_TAG] == SHUT


@pytest.mark.threat("T95")
async def test_everything_is_shut_unless_the_keeper_lets_them_in(house, rosa, visitor):
    await agree(house, rosa)
    _, path = await say(house, rosa)

    robots = await visitor.open("/robots.txt")

    assert (robots.status, robots.text) == (200, "User-agent: *\nDisallow: /\n")
    for one in ("/", "/public", "/people/rosa", path, "/sign-in", "/people/nobody", "/tags/walk"):
        assert await is_shut(visitor, one), one
    for one in ("/api/v1/instance", "/nodeinfo/2.1", "/static/icon.svg", "/no/such/page"):
        assert (await visitor.open(one)).headers[ROBOTS_TAG] == SHUT


@pytest.mark.threat("T95")
async def test_where_they_are_let_in_each_person_decides_for_themselves(open_house, rosa, visitor):
    _, path = await say(open_house, rosa)
    before = [await is_shut(visitor, one) for one in ("/people/rosa", path)]

    await agree(open_house, rosa)

    assert before == [True, True]
    assert [await is_shut(visitor, one) for one in ("/people/rosa", path)] == [False, False]
    assert "Disallow: /settings/" in (await visitor.open("/robots.txt")).text
    for one in ("/sign-in", "/public", "/people/nobody"):
        assert await is_shut(visitor, one), one


@pytest.mark.threat("T95")
async def test_a_page_is_shut_if_one_whose_words_it_shows_has_not_agreed(
    open_house, rosa, tilda, visitor
):
    await agree(open_house, rosa)
    post, path = await say(open_house, rosa)
    quiet, quiet_path = await say(open_house, rosa, "Not in lists", visibility="unlisted")

    assert await is_shut(visitor, quiet_path)
    await say(open_house, tilda, "An answer", parent_id=post)
    assert await is_shut(visitor, path)
    await agree(open_house, tilda)
    assert not await is_shut(visitor, path)
    await agree(open_house, tilda, indexable=False)
    await open_house.do(follow, rosa.actor, tilda.actor, NOW)
    others, _ = await say(open_house, tilda)
    await open_house.do(boost, rosa.actor, others, NOW)
    assert await is_shut(visitor, "/people/rosa")
    assert quiet != others


async def test_people_say_on_a_page_whether_they_want_to_be_found(house, ann):
    page = await ann.open("/settings/found")

    form = {"token": page.fields["token"], "discoverable": "true", "indexable": "true"}
    done = await ann.send("/settings/found", form)
    said = await house.do(actor_by_handle, "ann@group.example")

    assert (done.status, said.discoverable, said.indexable) == (303, True, True)
    assert (await ann.open("/settings/found")).text.count("checked") == 2
    await ann.send("/settings/found", {"token": page.fields["token"]})
    said = await house.do(actor_by_handle, "ann@group.example")
    assert (said.discoverable, said.indexable) == (False, False)


async def test_apps_say_it_and_are_told(house, rosa):
    changed = await rosa.must(
        "PATCH", "/api/v1/accounts/update_credentials", data={"indexable": "true"}
    )

    assert changed.value["source"]["indexable"] is True
    seen = (await house.visitor.get(f"/api/v1/accounts/{rosa.id}")).value
    assert (seen["indexable"], seen["noindex"], seen["discoverable"]) == (True, False, False)


@pytest.mark.parametrize("says", [True, False])
async def test_an_actor_says_to_other_nodes_what_its_owner_said(house, rosa, visitor, says):
    await agree(house, rosa, says)

    reply = await visitor.open("/people/rosa", headers={"Accept": "application/activity+json"})

    assert f'"indexable":{"true" if says else "false"}' in reply.text.replace(" ", "")


def test_nobody_is_asked_where_there_are_no_words():
    assert (may_index(setting=True, authors=[]), may_index(setting=False, authors=[])) == (
        True,
        False,
    )
