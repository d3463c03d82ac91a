"""Accounts, profiles and follows over the client API."""

import pytest

from node.topics.members.actions import follow
from tests.neighbours import NOW, add_group, add_neighbour

OWN = "/api/v1/accounts/verify_credentials"
UPDATE = "/api/v1/accounts/update_credentials"


async def test_ones_own_account_has_all_that_clients_need(rosa):
    account = (await rosa.get(OWN)).value

    assert [name for name in account if account[name] is None] == ["last_status_at"]
    assert account["url"] == "https://group.example/people/rosa"
    assert account["header"] == "https://group.example/static/header.png"
    assert account["created_at"] == "2027-01-15T00:00:00.000Z"
    assert account["source"]["privacy"] == "public"
    assert (account["emojis"], account["fields"], account["roles"]) == ([], [], [])


async def test_an_account_is_found_by_id_by_name_and_by_handle(house, rosa):
    bert = await house.do(add_neighbour, "bert")

    assert (await rosa.get(f"/api/v1/accounts/{bert.id}")).value["acct"] == "bert@valley.example"
    assert (await rosa.get("/api/v1/accounts/lookup?acct=@rosa")).value["id"] == rosa.id
    handle = "bert@valley.example"
    assert (await rosa.get(f"/api/v1/accounts/lookup?acct={handle}")).value["id"] == str(bert.id)
    assert (await rosa.get(f"/api/v1/accounts?id[]={bert.id}&id[]=4")).ids == [str(bert.id)]
    await rosa.get("/api/v1/accounts/12", status=404)
    await rosa.get("/api/v1/accounts/lookup?acct=nobody", status=404)
    await rosa.get("/api/v1/accounts/99999999999999999999999", status=404)


async def test_the_node_itself_is_no_account(house, rosa):
    actor_id = await house.do(lambda tx: tx.one("select id from actor where kind = 'Application'"))

    asked = (f"/api/v1/accounts/{actor_id['id']}", "/api/v1/accounts/lookup?acct=actor")
    errors = [(await rosa.get(path, status=404)).error for path in asked]

    assert errors == ["Record not found"] * 2


@pytest.mark.threat("T59")
async def test_a_profile_is_changed_and_what_is_typed_stays_text(rosa):
    form = {
        "display_name": "Rosa <b>Lane</b>",
        "note": "I walk.\n\n<script>alert(1)</script>",
        "fields_attributes[0][name]": "Garden",
        "fields_attributes[0][value]": "<img src=x onerror=alert(1)>",
        "fields_attributes[1][name]": "",
        "fields_attributes[1][value]": "left out",
        "locked": "true",
        "source[privacy]": "private",
        "source[language]": "cy",
    }
    account = (await rosa.must("PATCH", UPDATE, data=form)).value

    assert account["display_name"] == "Rosa Lane"
    assert account["note"] == "<p>I walk.</p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert [(one["name"], one["value"]) for one in account["fields"]] == [
        ("Garden", "&lt;img src=x onerror=alert(1)&gt;")
    ]
    assert account["locked"] is True
    assert account["source"]["note"] == "I walk.\n\n<script>alert(1)</script>"
    assert account["source"]["privacy"] == "private"
    assert account["source"]["language"] == "cy"
    assert (await rosa.say("Hello"))["visibility"] == "private"


async def test_what_is_not_sent_stays_as_it_is(rosa):
    await rosa.must("PATCH", UPDATE, json={"display_name": "Rosa", "locked": True})
    account = (await rosa.must("PATCH", UPDATE, json={"note": "Hello"})).value

    assert (account["display_name"], account["locked"]) == ("Rosa", True)


async def test_following_somebody_of_ours_counts_at_once_and_of_another_node_when_they_say_so(
    house, rosa, tilda
):
    bert = await house.do(add_neighbour, "bert")
    ours = (await rosa.post(f"/api/v1/accounts/{tilda.id}/follow")).value
    theirs = (await rosa.post(f"/api/v1/accounts/{bert.id}/follow")).value

    assert (ours["following"], ours["requested"]) == (True, False)
    assert (theirs["following"], theirs["requested"]) == (False, True)
    asked = f"/api/v1/accounts/relationships?id[]={tilda.id}&id[]={bert.id}"
    assert (await rosa.get(asked)).value == [ours, theirs]
    assert (await rosa.get(f"/api/v1/accounts/relationships?id={tilda.id}")).value == [ours]
    undone = (await rosa.post(f"/api/v1/accounts/{tilda.id}/unfollow")).value
    assert undone["following"] is False


async def test_nobody_follows_themselves(rosa):
    await rosa.post(f"/api/v1/accounts/{rosa.id}/follow", status=422)

    mine = (await rosa.get(f"/api/v1/accounts/{rosa.id}")).value
    assert (mine["following_count"], mine["followers_count"]) == (0, 0)


async def test_a_request_to_follow_is_listed_and_answered(rosa, tilda):
    await rosa.must("PATCH", UPDATE, data={"locked": "1"})
    await tilda.post(f"/api/v1/accounts/{rosa.id}/follow")

    assert (await rosa.get("/api/v1/follow_requests")).ids == [tilda.id]
    assert (await rosa.get(OWN)).value["source"]["follow_requests_count"] == 1
    answered = (await rosa.post(f"/api/v1/follow_requests/{tilda.id}/authorize")).value
    assert answered["followed_by"] is True
    removed = (await rosa.post(f"/api/v1/accounts/{tilda.id}/remove_from_followers")).value
    assert removed["followed_by"] is False
    await rosa.post(f"/api/v1/follow_requests/{tilda.id}/reject", status=404)


@pytest.mark.threat("T87")
async def test_who_follows_whom_is_for_oneself_alone(house, rosa, tilda):
    bert = await house.do(add_neighbour, "bert")
    await house.do(follow, tilda.actor, rosa.actor, NOW)
    await house.do(follow, rosa.actor, bert, NOW)

    assert (await rosa.get(f"/api/v1/accounts/{rosa.id}/followers")).ids == [tilda.id]
    for path in (OWN, f"/api/v1/accounts/{rosa.id}"):
        own = (await rosa.get(path)).value
        assert (own["followers_count"], own["following_count"]) == (1, 0)
    for caller in (tilda, house.visitor):
        for whose in (rosa.id, str(bert.id)):
            for name in ("followers", "following"):
                reply = await caller.get(f"/api/v1/accounts/{whose}/{name}")
                assert (reply.value, reply.headers.get("Link")) == ([], None)
            account = (await caller.get(f"/api/v1/accounts/{whose}")).value
            assert (account["followers_count"], account["following_count"]) == (0, 0)
    familiar = await tilda.get(f"/api/v1/accounts/familiar_followers?id[]={rosa.id}")
    assert familiar.value == [{"id": rosa.id, "accounts": []}]


async def test_a_community_tells_how_many_belong_to_it(house, rosa, tilda):
    walkers = await house.do(add_group, "walkers", rosa.actor)
    await tilda.post(f"/api/v1/accounts/{walkers.id}/follow")

    assert (await tilda.get(f"/api/v1/accounts/{walkers.id}")).value["followers_count"] == 1


@pytest.mark.threat("T55")
@pytest.mark.threat("T87")
async def test_what_an_author_sees_of_themselves_is_not_in_their_posts(house, rosa, tilda):
    await house.do(follow, tilda.actor, rosa.actor, NOW)
    status = await rosa.say("Hello")
    for caller in (rosa, tilda, house.visitor):
        for path in ("/api/v1/timelines/public", f"/api/v1/statuses?id[]={status['id']}"):
            (seen,) = (await caller.get(path)).value
            assert seen["account"]["followers_count"] == 0
