"""Our own API for looking after things: the desk, posts, bans, what waits, the log, and holders."""

import pytest

from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import follow, take_follow
from node.topics.members.answers import accept_follow
from node.topics.organising.actions import change
from node.topics.organising.rules import Settings
from tests.neighbours import NOW, ORIGIN, add_neighbour
from tests.node.api.described import ask


@pytest.fixture
async def walkers(house, rosa, tilda):
    """rosa's public community, of which tilda is a member."""
    form = {"title": "Walkers", "visibility": "public"}
    await ask(rosa, "POST", "/communities", json=form, status=201)
    group = await house.do(actor_by_iri, f"{ORIGIN}/communities/walkers")
    await house.do(follow, tilda.actor, group, NOW)
    return group


@pytest.fixture
async def ben(house):
    return await house.person("ben")


async def reported(tilda, ben):
    """A post of tilda's in walkers that ben has reported."""
    said = await tilda.say("@walkers Buy my boots")
    form = {
        "account_id": tilda.id,
        "status_ids[]": said["id"],
        "comment": "It sells",
        "category": "spam",
    }
    await ben.post("/api/v1/reports", form)
    return said["id"]


@pytest.mark.feature("M01", "M02")
@pytest.mark.threat("T99")
async def test_a_case_is_read_noted_and_settled_and_who_reported_is_told_to_nobody(
    rosa, tilda, ben, walkers
):
    post_id = await reported(tilda, ben)

    (case,) = (await ask(rosa, "GET", "/desk"))["waiting"]
    assert (case["about"]["id"], case["posts"][0]["id"]) == (tilda.id, post_id)
    assert "Buy my boots" in case["posts"][0]["words"]
    assert "ben" not in str(case)
    way = f"/desk/{case['id']}"
    noted = await ask(rosa, "POST", way, json={"deed": "note", "words": "Again."})
    assert [one["words"] for one in noted["notes"]] == ["Again."]
    taken = await ask(rosa, "POST", way, json={"deed": "take"})
    assert taken["taken_by"]["id"] == rosa.id
    removed = await ask(rosa, "POST", way, json={"deed": "remove", "reason": "No selling."})

    assert removed["outcome"] == "removed"
    assert (await ben.ask("GET", f"/api/v1/statuses/{post_id}")).status == 404
    assert (await ask(rosa, "GET", "/desk"))["waiting"] == []
    decision = await ask(tilda, "GET", f"/decisions/posts/{post_id}")
    assert (decision["what"], decision["reason"]) == ("remove", "No selling.")
    asked = await ask(tilda, "POST", f"/decisions/posts/{post_id}", json={"words": "They are old"})
    assert asked["appealed_at"] is not None
    (appeal,) = (await ask(rosa, "GET", "/desk"))["waiting"]
    granted = {"deed": "grant", "words": "You are right."}
    await ask(rosa, "POST", f"/desk/{appeal['id']}", json=granted)
    assert (await ben.ask("GET", f"/api/v1/statuses/{post_id}")).status == 200


@pytest.mark.feature("M02")
@pytest.mark.parametrize(
    ("form", "outcome"),
    [
        ({"deed": "leave"}, "left"),
        ({"deed": "warn", "words": "Please do not."}, "warned"),
        ({"deed": "shut_out", "days": 3, "reason": "Enough."}, "shut_out"),
    ],
)
async def test_each_deed_settles_a_case(rosa, tilda, ben, walkers, form, outcome):
    await reported(tilda, ben)
    (case,) = (await ask(rosa, "GET", "/desk"))["waiting"]

    settled = await ask(rosa, "POST", f"/desk/{case['id']}", json=form)

    assert settled["outcome"] == outcome
    assert settled == await ask(rosa, "GET", f"/desk/{case['id']}")


@pytest.mark.threat("T82")
async def test_to_others_there_is_no_desk_and_no_case(rosa, tilda, ben, walkers):
    post_id = await reported(tilda, ben)
    (case,) = (await ask(rosa, "GET", "/desk"))["waiting"]

    for caller in (tilda, ben):
        await ask(caller, "GET", "/desk", status=404)
        there = await ask(caller, "GET", f"/desk/{case['id']}", status=404)
        assert there == await ask(caller, "GET", "/desk/1", status=404)
        form = {"deed": "remove"}
        await ask(caller, "POST", f"/desk/{case['id']}", json=form, status=404)
        await ask(caller, "POST", f"/posts/{post_id}", json=form, status=404)
    await ask(ben, "GET", f"/decisions/posts/{post_id}", status=404)


@pytest.mark.feature("M05")
async def test_a_newcomers_first_post_waits_and_is_let_through(rosa, tilda, ben, walkers):
    waits = await ask(rosa, "PATCH", "/communities/walkers/waits", json={"first_posts": True})
    assert waits == {"first_posts": True, "filters": []}
    await ask(ben, "POST", "/communities/walkers/join")
    said = await ben.say("@walkers Hello")
    assert (await tilda.ask("GET", f"/api/v1/statuses/{said['id']}")).status == 404

    (case,) = (await ask(rosa, "GET", "/desk"))["waiting"]
    assert case["waits_for"] == {"matched": None, "state": "waiting"}
    await ask(rosa, "POST", f"/desk/{case['id']}", json={"deed": "let_through"})

    assert (await tilda.ask("GET", f"/api/v1/statuses/{said['id']}")).status == 200


@pytest.mark.feature("M06")
async def test_words_that_wait_are_listed_and_taken_off(rosa, tilda, walkers):
    way = "/communities/walkers/waits"
    made = await ask(
        rosa, "POST", f"{way}/filters", json={"kind": "words", "phrase": "boots"}, status=201
    )
    (one,) = made["filters"]
    said = await tilda.say("@walkers My boots")
    (case,) = (await ask(rosa, "GET", "/desk"))["waiting"]
    assert case["waits_for"]["matched"] == "boots"
    refused = {"deed": "refuse_post", "reason": "No selling."}
    await ask(rosa, "POST", f"/desk/{case['id']}", json=refused)

    dropped = await ask(rosa, "DELETE", f"{way}/filters/{one['id']}")

    assert dropped["filters"] == []
    assert (await ask(tilda, "GET", f"/decisions/posts/{said['id']}"))["reason"] == "No selling."
    await ask(tilda, "GET", way, status=404)


@pytest.mark.feature("M03", "M04")
async def test_posts_are_put_first_closed_removed_and_shown_again(rosa, tilda, ben, walkers):
    said = await tilda.say("@walkers At six")
    way = f"/posts/{said['id']}"

    for deed in ("pin", "unpin", "lock"):
        await ask(rosa, "POST", way, json={"deed": deed})
    answer = {"status": "Yes", "in_reply_to_id": said["id"]}
    assert (await ben.ask("POST", "/api/v1/statuses", data=answer)).status == 403
    await ask(rosa, "POST", way, json={"deed": "unlock"})
    await ask(rosa, "POST", way, json={"deed": "remove", "reason": "Off"})
    await ask(ben, "POST", way, json={"deed": "restore"}, status=404)
    await ask(rosa, "POST", way, json={"deed": "restore"})

    log = (await ask(tilda, "GET", "/communities/walkers/log"))["lines"]
    assert [one["done"] for one in log][:2] == ["Showed a removed post again", "Removed a post"]
    assert {one["by"] for one in log} == {"an organiser"}
    await ask(ben, "GET", "/communities/walkers/log", status=404)
    await ask(rosa, "POST", way, json={"deed": "hide"}, status=422)


@pytest.mark.feature("M04")
async def test_somebody_is_shut_out_and_let_in_again(rosa, tilda, walkers):
    form = {"person": tilda.id, "days": 2, "reason": "Enough."}
    await ask(rosa, "POST", "/communities/walkers/bans", json=form)
    (ban,) = await ask(rosa, "GET", "/communities/walkers/bans")
    assert (ban["person"]["id"], ban["reason"]) == (tilda.id, "Enough.")
    assert (await ask(tilda, "GET", f"/decisions/places/{walkers.id}"))["reason"] == "Enough."
    await ask(tilda, "GET", "/communities/walkers/bans", status=404)

    await ask(rosa, "DELETE", f"/communities/walkers/bans/{tilda.id}")

    assert await ask(rosa, "GET", "/communities/walkers/bans") == []
    await ask(tilda, "GET", f"/decisions/places/{walkers.id}", status=404)


@pytest.mark.feature("F14", "F12", "C02")
async def test_who_holds_what_is_said_behind_a_door_is_told_to_its_members(
    house, rosa, tilda, ben, walkers
):
    assert (await ask(ben, "GET", "/communities/walkers/holders"))["everybody"] is True
    door = "/communities/walkers/door?visibility=closed&elsewhere=true"
    seen = await ask(rosa, "GET", door)
    assert (seen["shuts_out"], seen["ends_elsewhere"], seen["opens"]) == (True, False, False)
    await ask(tilda, "GET", door, status=404)
    await house.do(shut_with_rose_inside, rosa.actor, walkers)

    held = await ask(tilda, "GET", "/communities/walkers/holders")
    assert (held["everybody"], held["hosts"], held["copies"]) == (False, ["valley.example"], None)
    (copy,) = (await ask(rosa, "GET", "/communities/walkers/holders"))["copies"]
    assert (copy["host"], copy["state"]) == ("valley.example", "held")
    await ask(ben, "GET", "/communities/walkers/holders", status=403)
    said = await tilda.say("@walkers Among us")
    assert await ask(tilda, "GET", f"/posts/{said['id']}/holders") == {"hosts": ["valley.example"]}
    await ask(rosa, "GET", f"/posts/{said['id']}/holders", status=404)


def shut_with_rose_inside(tx, rosa, group):
    settings = Settings(visibility="closed", elsewhere=True, joining="approval")
    change(tx, rosa, group, settings, NOW)
    rose = add_neighbour(tx, "rose")
    take_follow(tx, rose, group, f"{rose.iri}/follows/1", NOW)
    accept_follow(tx, group, rose, NOW)
