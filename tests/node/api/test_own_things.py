"""Our own API does what its description says, for whoever asks and for nobody else."""

import json
import re
from importlib.resources import files

import pytest
from jsonschema_rs import Draft202012Validator

from node.api.routes import OURS
from node.topics.accounts.consents import record_consent
from node.topics.accounts.passwords import hash_password_now
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import follow, take_follow
from tests.neighbours import NOW, ORIGIN, add_group, add_neighbour, add_person

HERE = "/api/hedgerow/v1"
PASSWORD = "a long walk on sunday"
DESCRIBED = json.loads((files("schemas") / "openapi.json").read_text())


def is_as_described(method, path, value):
    """Whether an answer has the shape that the description gives it."""
    found = DESCRIBED["paths"][f"{HERE}{path}"][method.lower()]["responses"]["200"]
    schema = found["content"]["application/json"]["schema"]
    whole = {"$ref": "#/x", "x": schema, "components": DESCRIBED["components"]}
    return Draft202012Validator(whole).is_valid(value)


def with_a_follower(tx):
    rosa, otto = (actor_by_iri(tx, f"{ORIGIN}/people/{name}") for name in ("rosa", "otto"))
    take_follow(tx, add_neighbour(tx, "rose"), rosa, "https://valley.example/f/1", NOW)
    return rosa, otto


@pytest.fixture
async def una(house):
    """Somebody with a password and an app."""
    return await house.person("una", password_hash=hash_password_now(PASSWORD))


def test_each_address_of_these_is_described_with_its_scope():
    routes = {
        (re.sub(r"\{(\w+):[^}]*\}", r"{\1}", one.path), one.method.lower()): one.scope
        for one in OURS
    }
    described = {
        (path, method): DESCRIBED["paths"][path][method]["security"][0]["token"][0]
        for path, method in routes
    }

    assert routes == described


@pytest.mark.feature("F12")
async def test_what_somebody_deleted_is_listed_with_a_line_for_each_place(house, rosa, tilda):
    await house.do(with_a_follower)
    said = await rosa.say("Hello")
    await rosa.must("DELETE", f"/api/v1/statuses/{said['id']}")

    (listed,) = (await rosa.get(f"{HERE}/deletions")).value
    one = (await rosa.get(f"{HERE}/deletions/{listed['id']}")).value

    assert is_as_described("GET", "/deletions", [listed])
    assert is_as_described("GET", "/deletions/{id}", one)
    assert [(line["host"], line["state"]) for line in one["lines"]] == [
        ("valley.example", "waiting")
    ]
    assert (await tilda.get(f"{HERE}/deletions")).value == []
    hidden = await tilda.ask("GET", f"{HERE}/deletions/{listed['id']}")
    absent = await tilda.ask("GET", f"{HERE}/deletions/17")
    assert (hidden.status, hidden.text) == (absent.status, absent.text)
    assert (await house.visitor.ask("GET", f"{HERE}/deletions")).status == 401


@pytest.mark.feature("V05")
async def test_what_somebody_agreed_to_is_listed_and_taken_back(house, rosa):
    await house.do(record_consent, rosa.account.id, "the pledge", "Pledge, 3", NOW)
    before = (await rosa.get(f"{HERE}/consents")).value

    after = (await rosa.post(f"{HERE}/consents/withdraw", {"to": "the pledge"})).value

    assert is_as_described("GET", "/consents", before)
    assert (before[0]["withdrawn_at"], after[0]["wording"]) == (None, "Pledge, 3")
    assert after[0]["withdrawn_at"] is not None


@pytest.mark.feature("V03")
@pytest.mark.threat("T102")
async def test_ones_things_are_given_with_the_password_and_a_token_that_reads_all(house, una):
    await una.say("Words of una")
    part = await house.with_token(una, "read:statuses")

    wrong = await una.ask("POST", f"{HERE}/things", data={"password": "another"})
    narrow = await part.ask("POST", f"{HERE}/things", data={"password": PASSWORD})
    found = (await una.post(f"{HERE}/things", {"password": PASSWORD})).value

    assert (wrong.status, narrow.status) == (401, 403)
    assert found["posts"][0]["words"] == "Words of una"
    assert found["account"]["handle"] == "@una@group.example"


@pytest.mark.feature("V04")
async def test_an_account_is_deleted_with_its_name_and_password(house, una):
    path = f"{HERE}/account/delete"
    wrong = await una.ask("POST", path, data={"name": "una", "password": "another"})
    other = await una.ask("POST", path, data={"name": "rosa", "password": PASSWORD})
    gone = (await una.post(path, {"name": "una", "password": PASSWORD})).value

    assert (wrong.status, other.status) == (401, 422)
    assert is_as_described("POST", "/account/delete", gone)
    assert gone["where_it_was"].startswith(f"{ORIGIN}/gone/")
    assert (await una.ask("GET", f"{HERE}/consents")).status == 401


@pytest.mark.feature("C13")
async def test_a_community_is_left_with_one_of_three_choices(house, rosa):
    def join(tx):
        group = add_group(tx, "walkers", add_person(tx, "otto"))
        follow(tx, actor_by_iri(tx, f"{ORIGIN}/people/rosa"), group, NOW)
        return group.id

    group_id = await house.do(join)
    odd = await rosa.ask("POST", f"{HERE}/communities/{group_id}/leave", data={"posts": "sell"})
    left = (await rosa.post(f"{HERE}/communities/{group_id}/leave", {"posts": "unsign"})).value

    assert (odd.status, odd.headers["Content-Type"]) == (422, "application/problem+json")
    assert left == {"left": str(group_id), "posts": "unsign"}
    assert is_as_described("POST", "/communities/{id}/leave", left)
    assert (await rosa.ask("POST", f"{HERE}/communities/17/leave")).status == 404
