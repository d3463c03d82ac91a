"""Our own API about communities does what the pages do, and answers as it is described."""

import json
import re

import pytest
from jsonschema_rs import Draft202012Validator

from node.api.routes import OURS, OWN
from node.topics.actors.store import actor_by_id
from node.topics.members.actions import follow
from tests.neighbours import NOW, add_neighbour
from tests.source import ROOT

DESCRIPTION = json.loads((ROOT / "schemas" / "openapi.json").read_text())
SKY = {
    "title": "Night sky",
    "visibility": "closed",
    "about": "Stars.\nTea.",
    "topics": "stars, tea",
}


def described():
    return {
        (method.upper(), path)
        for path, methods in DESCRIPTION["paths"].items()
        for method in methods
        if method != "parameters"
    }


async def ask(caller, method, path="", status=200, **options):
    """An answer of our API, held to its description."""
    reply = await caller.ask(method, f"{OWN}{path}", **options)
    assert reply.status == status, reply.text
    value = json.loads(reply.text)
    way = re.sub(r"^/(\w+)", "/{name}", path.partition("?")[0])
    way = re.sub(r"/\d+$", "/{id}", way)
    said = DESCRIPTION["paths"][f"{OWN}{way}"][method.lower()]["responses"][str(status)]
    if "$ref" in said:
        said = DESCRIPTION["components"]["responses"][said["$ref"].rpartition("/")[2]]
        assert reply.headers["Content-Type"].startswith("application/problem+json")
    ((_, content),) = said["content"].items()
    schema = content["schema"] | {"components": DESCRIPTION["components"]}
    assert [one.message for one in Draft202012Validator(schema).iter_errors(value)] == []
    return value


@pytest.fixture
async def sky(rosa):
    """A closed community that rosa made."""
    return await ask(rosa, "POST", json=SKY, status=201)


def test_each_route_is_described_and_nothing_else():
    own = {(one.method, one.path.replace(r"{id:\d+}", "{id}")) for one in OURS}

    assert own == described()
    assert len(own) == 16


def test_each_scope_is_the_one_described():
    for one in OURS:
        if one.path.startswith("/api/hedgerow/"):
            path = one.path.replace(r"{id:\d+}", "{id}")
            (need,) = DESCRIPTION["paths"][path][one.method.lower()]["security"]
            assert need == {"token": [one.scope]}


@pytest.mark.feature("C01")
async def test_a_community_is_made_and_listed_with_what_it_says_of_itself(rosa, tilda, sky):
    assert (sky["name"], sky["role"], sky["about"]) == ("night_sky", "organiser", "Stars.\nTea.")
    assert sky["topics"] == ["stars", "tea"]
    assert sky["stranger_sees"].startswith("Nothing")
    assert await ask(rosa, "GET") == [sky]
    assert await ask(tilda, "GET") == []
    seen = await ask(tilda, "GET", "/night_sky")
    assert (seen["title"], seen["members_count"], seen["may_join"]) == ("Night sky", None, True)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"title": ""}, 422),
        ({"title": "x", "visibility": "ajar"}, 422),
        ({"title": "x", "name": "Night Sky"}, 422),
        ({"title": "x", "name": "night_sky"}, 409),
        ({"title": "x", "language": "so to say"}, 422),
    ],
)
async def test_what_cannot_be_made_is_said_in_a_sentence(rosa, sky, form, status):
    problem = await ask(rosa, "POST", json=form, status=status)

    assert problem["status"] == status
    assert problem["detail"].endswith(".")


@pytest.mark.feature("C02")
async def test_what_is_sent_is_changed_and_the_rest_stays(rosa, sky):
    changed = await ask(
        rosa, "PATCH", "/night_sky", json={"visibility": "hidden", "rules": "Hush."}
    )

    assert changed == sky | {"visibility": "hidden", "rules": "Hush."}


@pytest.mark.feature("C02")
async def test_one_is_closed_down_and_opened_again(rosa, tilda, sky):
    closed = await ask(rosa, "POST", "/night_sky/close")
    await ask(tilda, "GET", "/night_sky", status=404)
    opened = await ask(rosa, "POST", "/night_sky/restore")

    assert closed["closed_at"] is not None
    assert opened == sky


@pytest.mark.feature("C12")
async def test_members_are_listed_given_roles_and_let_go(house, rosa, tilda, sky):
    group = await house.do(named, "night_sky")
    await house.do(follow, tilda.actor, group, NOW)

    await ask(rosa, "PATCH", f"/night_sky/members/{tilda.id}", json={"role": "moderator"})
    first = await ask(rosa, "GET", "/night_sky/members?limit=1")
    second = await ask(rosa, "GET", f"/night_sky/members?limit=1&after={first['after']}")
    theirs = await ask(tilda, "GET", "/night_sky/members")
    await ask(rosa, "DELETE", f"/night_sky/members/{tilda.id}?reason=Enough.")

    assert [one["role"] for one in first["members"] + second["members"]] == [
        "organiser",
        "moderator",
    ]
    assert second["members"][0]["came_by"] == "open"
    assert "came_by" not in theirs["members"][0]
    await ask(tilda, "GET", "/night_sky/members", status=404)


def named(tx, name):
    from_row = tx.one("select id from actor where name = :name", name=name)
    return actor_by_id(tx, from_row["id"])


@pytest.mark.feature("C16")
async def test_the_last_organiser_is_told_what_to_do_instead(rosa, sky):
    problem = await ask(
        rosa, "PATCH", f"/night_sky/members/{rosa.id}", json={"role": "member"}, status=403
    )

    assert "Name another organiser first" in problem["detail"]


@pytest.mark.threat("T82", "T88")
@pytest.mark.parametrize(
    ("method", "path"), sorted((method, path) for method, path in described() if "{" in path)
)
async def test_a_hidden_one_answers_as_one_that_is_not_there(house, rosa, tilda, sky, method, path):
    await ask(rosa, "PATCH", "/night_sky", json={"visibility": "hidden"})
    way = path.replace("{id}", rosa.id)
    form = {"role": "member", "title": "Mine"} if method in ("PATCH", "POST") else None

    there = await tilda.ask(method, way.replace("{name}", "night_sky"), json=form)
    absent = await tilda.ask(method, way.replace("{name}", "never"), json=form)

    assert there.status == absent.status == 404
    assert there.text == absent.text


@pytest.mark.threat("T82")
async def test_somebody_who_does_not_organise_it_changes_nothing(house, rosa, tilda, sky):
    stranger = await house.do(add_neighbour, "rose")
    for method, path, form in (
        ("PATCH", "/night_sky", {"title": "Mine"}),
        ("POST", "/night_sky/close", None),
        ("PATCH", f"/night_sky/members/{rosa.id}", {"role": "member"}),
        ("DELETE", f"/night_sky/members/{rosa.id}", None),
        ("DELETE", f"/night_sky/members/{stranger.id}", None),
    ):
        reply = await tilda.ask(method, f"{OWN}{path}", json=form)
        assert reply.status in (403, 404)

    assert await ask(rosa, "GET") == [sky]
