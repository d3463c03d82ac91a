"""Leaving a community on its page, with the three choices."""

import pytest

from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import follow
from node.topics.portability.leave_community import settle_exits
from tests.neighbours import ORIGIN, add_group, add_person
from tests.peers.stub import NOW


def walkers_with(tx, name):
    """A community of otto's, which somebody belongs to; its id."""
    group = add_group(tx, "walkers", add_person(tx, "otto"))
    follow(tx, actor_by_iri(tx, f"{ORIGIN}/people/{name}"), group, NOW)
    return group.id


async def leave(browser, group_id, **form):
    page = await browser.open(f"/leave/{group_id}")
    return await browser.send(f"/leave/{group_id}", page.fields | form)


async def write(browser, text):
    token = (await browser.open("/new")).fields["token"]
    form = {"token": token, "text": text, "visibility": "public"}
    return await browser.send("/new", form)


@pytest.mark.feature("C13")
async def test_the_page_of_a_community_leads_to_three_choices(house, ann):
    group_id = await house.do(walkers_with, "ann")
    page = await ann.open("/communities/walkers")
    choices = await ann.open(f"/leave/{group_id}")

    left = await leave(ann, group_id, posts="keep")

    assert f'href="/leave/{group_id}"' in page.text
    for words in ("keep my posts", "take my name off", "remove my posts"):
        assert words in choices.text
    assert left.status == 303
    assert "You are a member" not in (await ann.open("/communities/walkers")).text


@pytest.mark.feature("C13")
async def test_a_post_without_a_name_leads_to_nobody(house, ann):
    group_id = await house.do(walkers_with, "ann")
    await write(ann, "@walkers@group.example The lake is frozen")
    ben = await house.person("ben")

    await leave(ann, group_id, posts="unsign")
    while await house.do(settle_exits, NOW + 60):
        continue

    page = await ann.open("/communities/walkers")
    assert "The lake is frozen" in page.text
    assert '<strong dir="auto">Somebody who left</strong>' in page.text
    assert "somebody-who-left" not in page.text
    assert "The lake is frozen" not in (await ann.open("/people/ann")).text
    assert (await ann.open("/people/somebody-who-left")).status == 404
    (post,) = await house.do(
        lambda tx: tx.all("select id, author_id from post where content like '%frozen%'")
    )
    status = await ben.get(f"/api/v1/statuses/{post['id']}")
    assert status.value["account"]["display_name"] == "Somebody who left"
    assert (await ben.ask("GET", f"/api/v1/accounts/{post['author_id']}")).status == 404
    assert (await house.visitor.ask("GET", f"/api/v1/statuses/{post['id']}")).status == 404


@pytest.mark.feature("C13")
async def test_who_removes_their_posts_is_led_to_where_they_were(house, ann):
    group_id = await house.do(walkers_with, "ann")
    await write(ann, "@walkers@group.example The lake is frozen")

    left = await leave(ann, group_id, posts="remove")
    while await house.do(settle_exits, NOW + 60):
        continue

    assert left.location == "/deleted"
    assert "The lake is frozen" not in (await ann.open("/communities/walkers")).text
    assert "A post, on" in (await ann.open("/deleted")).text


async def test_only_a_community_that_is_there_is_left(house, ann):
    ben = await house.person("ben")

    assert (await ann.open(f"/leave/{ben.id}")).status == 404
    assert (await ann.open("/leave/17")).status == 404
