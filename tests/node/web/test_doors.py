"""Communities behind each door, from outside: pages, apps, documents, WebFinger."""

import pytest

from node.topics.communities.permissions import is_known_to
from node.topics.members.actions import Founding, follow, found_community
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN

AS_PEER = {"Accept": "application/activity+json"}


async def founded(house, organiser, door, **fields):
    founding = Founding(origin=ORIGIN, name="hollow", title="Hollow", visibility=door, **fields)
    return await house.do(found_community, founding, organiser.actor, KEYS, NOW)


@pytest.mark.threat("T88")
@pytest.mark.feature("C02")
@pytest.mark.parametrize("door", ["closed", "node", "hidden"])
async def test_a_community_behind_a_door_is_absent_to_strangers(house, rosa, door):
    await founded(house, rosa, door)

    for path in (
        "/communities/hollow",
        "/communities/hollow/outbox",
        "/communities/hollow/followers",
    ):
        for headers in ({}, AS_PEER):
            there = await house.visitor.ask("GET", path, headers=headers)
            absent = await house.visitor.ask(
                "GET", path.replace("hollow", "never"), headers=headers
            )
            assert there.status == absent.status == 404
            assert there.text.replace("hollow", "never") == absent.text
    question = "/.well-known/webfinger?resource=acct:hollow@group.example"
    there = await house.visitor.ask("GET", question)
    absent = await house.visitor.ask("GET", question.replace("hollow", "never"))
    assert (there.status, there.text) == (absent.status, absent.text)
    assert there.status == 404


@pytest.mark.threat("T88")
@pytest.mark.feature("C02")
@pytest.mark.parametrize(
    ("door", "is_known"), [("closed", True), ("node", True), ("hidden", False)]
)
async def test_people_of_the_node_know_of_what_is_not_hidden(house, rosa, tilda, door, is_known):
    group = await founded(house, rosa, door)

    assert await house.do(is_known_to, group, tilda.actor) is is_known
    found = await tilda.ask("GET", "/api/v1/accounts/lookup?acct=hollow")
    assert found.status == (200 if is_known else 404)


@pytest.mark.threat("T97")
@pytest.mark.feature("C02")
async def test_what_is_said_behind_a_closed_door_is_for_members_until_they_leave(
    house, rosa, tilda
):
    group = await founded(house, rosa, "closed")
    await house.do(follow, tilda.actor, group, NOW)
    post_id = await house.do(publish, rosa.actor, Draft(text="@hollow a quiet word"), NOW)
    path = f"/api/v1/statuses/{post_id}"
    shown = (await tilda.get(path)).value
    home = [one["id"] for one in (await tilda.get("/api/v1/timelines/home")).value]
    assert shown["visibility"] == "private"
    assert str(post_id) in home
    assert (await house.visitor.ask("GET", path)).status == 404
    assert await house.do(stored, "select count(*) as n from delivery") == 0

    await tilda.post(f"/api/v1/accounts/{group.id}/unfollow")

    assert (await tilda.ask("GET", path)).status == 404
    home = [one["id"] for one in (await tilda.get("/api/v1/timelines/home")).value]
    assert str(post_id) not in home
    lines = (await rosa.get(f"/api/v1/accounts/{group.id}/statuses")).value
    assert [one["id"] for one in lines] == [str(post_id)]


def stored(tx, question):
    return tx.one(question)["n"]


@pytest.mark.feature("C02")
async def test_what_is_said_to_this_nodes_people_is_seen_by_all_of_them_and_by_no_stranger(
    house, rosa, tilda
):
    await founded(house, rosa, "node")
    post_id = await house.do(publish, rosa.actor, Draft(text="@hollow soup at six"), NOW)
    path = f"/api/v1/statuses/{post_id}"

    assert (await tilda.get(path)).value["content"].startswith("<p>soup at six")
    assert (await house.visitor.ask("GET", path)).status == 404


@pytest.mark.threat("T98")
async def test_who_is_named_in_a_closed_community_and_is_no_member_reads_nothing_of_it(
    house, rosa, tilda
):
    await founded(house, rosa, "closed")

    post_id = await house.do(publish, rosa.actor, Draft(text="@hollow and @tilda"), NOW)

    assert (await tilda.ask("GET", f"/api/v1/statuses/{post_id}")).status == 404
    assert (await tilda.get("/api/v1/notifications")).value == []
    assert await house.do(stored, "select count(*) as n from notification") == 0
