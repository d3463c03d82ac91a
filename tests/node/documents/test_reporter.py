"""Whom the node reports as: other nodes know it, and here it is nobody to follow, find or name."""

import pytest

from node.app import complete_actors
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Invalid
from node.topics.actors.actions import add_local_actor
from node.topics.actors.keys import keys_of
from node.topics.actors.store import reporting_actor
from node.topics.posts.text import parse_text
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.documents.test_documents import read

PATH = "/people/moderators"


@pytest.fixture
async def reporter(house):
    return await house.do(reporting_actor)


async def test_it_is_a_service_since_lemmy_and_piefed_take_a_report_of_no_other_server(
    reporter, visitor
):
    document = await read(visitor, PATH)

    assert (document["id"], document["type"]) == (f"{ORIGIN}{PATH}", "Service")
    assert document["publicKey"]["owner"] == document["id"]
    for name in ("outbox", "followers", "following", "featured"):
        assert (await read(visitor, document[name].removeprefix(ORIGIN)))["id"] == document[name]
    found = await read(visitor, "/.well-known/webfinger?resource=acct:moderators@group.example")
    assert found["subject"] == "acct:moderators@group.example"
    assert [one["href"] for one in found["links"]] == [document["id"]]


async def test_it_has_no_page_and_is_no_account(reporter, rosa, visitor):
    page = await visitor.open(PATH, headers={"Accept": "text/html"})
    asked = (f"/api/v1/accounts/{reporter.id}", "/api/v1/accounts/lookup?acct=moderators")

    assert page.status == 404
    for path in asked:
        await rosa.get(path, status=404)
    await rosa.post(f"/api/v1/accounts/{reporter.id}/follow", status=404)
    for query in ("moderators", "mod", "@moderators@group.example"):
        assert (await rosa.get("/api/v2/search", params={"q": query})).value["accounts"] == []


@pytest.mark.parametrize("name", ["moderators", "actor"])
async def test_the_node_is_nobody_to_write_to(house, reporter, rosa, name):
    parsed = await house.do(parse_text, rosa.actor, f"@{name} Are you there?", is_long=False)

    assert parsed.people == ()


async def test_a_node_that_was_made_before_there_was_one_gets_it_once_when_it_starts(database):
    config, clock = Config(node=NodeSettings(url=ORIGIN, name="Group")), FakeClock(NOW)

    await complete_actors(database, config, clock)
    first = await database.read(reporting_actor)
    keys = await database.read(keys_of, first.id)
    await complete_actors(database, config, clock)

    assert await database.read(reporting_actor) == first
    assert await database.read(keys_of, first.id) == keys
    assert first.display_name == "Group: reports"


async def test_nobody_of_ours_can_take_its_name(house):
    with pytest.raises(Invalid, match="kept for the node itself"):
        await house.do(
            add_local_actor,
            origin=ORIGIN,
            kind="Service",
            name="moderators",
            display_name="",
            keys=KEYS,
            now=NOW,
        )
