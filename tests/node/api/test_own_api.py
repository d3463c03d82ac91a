"""Our own API about communities does what the pages do, and answers as it is described."""

import re

import pytest

from node.api.routes import OURS, OWN
from node.topics.actors.store import actor_by_id
from node.topics.members.actions import follow
from tests.neighbours import NOW, add_neighbour
from tests.node.api.described import DESCRIPTION, described
from tests.node.api.described import ask as described_ask

SKY = {
    "title": "Night sky",
    "visibility": "closed",
    "about": "Stars.\nTea.",
    "topics": "stars, tea",
}


async def ask(caller, method, path="", status=200, **options):
    """An answer about communities, held to its description."""
    return await described_ask(caller, method, f"/communities{path}", status, **options)


@pytest.fixture
async def sky(rosa):
    """A closed community that rosa made."""
    return await ask(rosa, "POST", json=SKY, status=201)


def as_described(path):
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", path)


def test_each_route_is_described_and_nothing_else():
    own = {(one.method, as_described(one.path)) for one in OURS}

    assert own == described()
    assert len(own) == len(OURS) > 40


def test_each_scope_is_the_one_described():
    for one in OURS:
        (need,) = DESCRIPTION["paths"][as_described(one.path)][one.method.lower()]["security"]
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
    way = path.replace("{id}", rosa.id).replace("{kind}", "posts").replace("{code}", "abc")
    form = (
        {"role": "member", "title": "Mine", "deed": "remove"}
        if method in ("PATCH", "POST")
        else None
    )

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
