"""Notifications over the client API, one by one and in groups."""

import pytest

NOTIFICATIONS = "/api/v1/notifications"


@pytest.fixture
async def told(rosa, tilda):
    """What rosa is told of, the newest first: follow, reblog, favourite, mention."""
    status = await rosa.say("Who walks on Sunday?")
    answer = await tilda.say("@rosa I do")
    await tilda.post(f"/api/v1/statuses/{status['id']}/favourite")
    await tilda.post(f"/api/v1/statuses/{status['id']}/reblog")
    await tilda.post(f"/api/v1/accounts/{rosa.id}/follow")
    return {"favourite": status["id"], "reblog": status["id"], "mention": answer["id"]}


async def test_what_others_do_is_told_with_who_and_about_what(rosa, tilda, told):
    listed = (await rosa.get(NOTIFICATIONS)).value

    assert [one["type"] for one in listed] == ["follow", "reblog", "favourite", "mention"]
    assert {one["account"]["id"] for one in listed} == {tilda.id}
    assert {one["type"]: one["status"]["id"] for one in listed if "status" in one} == told
    assert (await tilda.get(NOTIFICATIONS)).value == []


async def test_what_one_person_did_is_found_behind_whatever_others_did(house, rosa, tilda, told):
    """Asked of the store, not picked out of a page of it."""
    bela = await house.person("bela")
    for number in range(5):
        await bela.say(f"@rosa {number}")

    reply = await rosa.get(f"{NOTIFICATIONS}?account_id={tilda.id}&limit=3")

    assert [one["type"] for one in reply.value] == ["follow", "reblog", "favourite"]
    assert f"account_id={tilda.id}" in reply.headers["Link"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("types[]=mention&types[]=follow", ["follow", "mention"]),
        ("exclude_types[]=mention&exclude_types[]=follow", ["reblog", "favourite"]),
        ("types[]=no_such_thing", []),
        ("account_id=12", []),
    ],
)
async def test_only_the_kinds_that_are_wanted_are_told(rosa, told, asked, given):
    listed = (await rosa.get(f"{NOTIFICATIONS}?{asked}")).value

    assert [one["type"] for one in listed] == given


async def test_notifications_are_paged_by_link(rosa, told):
    everything = await rosa.get(NOTIFICATIONS)
    newest = await rosa.get(f"{NOTIFICATIONS}?limit=3")
    older = await rosa.get(newest.way("next"))

    assert newest.ids + older.ids == everything.ids
    assert (await rosa.get(older.way("prev"))).ids == newest.ids


async def test_one_is_read_dismissed_and_then_gone(rosa, tilda, told):
    first, second, *_ = (await rosa.get(NOTIFICATIONS)).ids
    path = f"{NOTIFICATIONS}/{first}"

    assert (await rosa.get(path)).value["id"] == first
    await tilda.get(path, status=404)
    await tilda.post(f"{path}/dismiss")
    await rosa.get(path)
    await rosa.post(f"{path}/dismiss")
    await rosa.get(path, status=404)
    assert (await rosa.get(NOTIFICATIONS)).ids[0] == second


async def test_all_are_cleared_for_oneself_alone(rosa, told):
    assert (await rosa.get(f"{NOTIFICATIONS}/unread_count")).value == {"count": 4}
    await rosa.post(f"{NOTIFICATIONS}/clear")

    assert (await rosa.get(NOTIFICATIONS)).value == []
    assert (await rosa.get(f"{NOTIFICATIONS}/unread_count")).value == {"count": 0}


async def test_a_notification_about_a_post_that_is_gone_is_not_told(rosa, told):
    await rosa.must("DELETE", f"/api/v1/statuses/{told['favourite']}")

    listed = (await rosa.get(NOTIFICATIONS)).value

    assert [one["type"] for one in listed] == ["follow", "mention"]


async def test_newer_apps_get_each_as_a_group_of_its_own(rosa, tilda, told):
    grouped = (await rosa.get("/api/v2/notifications")).value
    newest = grouped["notification_groups"][0]
    path = f"/api/v2/notifications/{newest['group_key']}"

    assert [one["id"] for one in grouped["accounts"]] == [tilda.id]
    assert [one["type"] for one in grouped["notification_groups"]] == [
        "follow",
        "reblog",
        "favourite",
        "mention",
    ]
    assert (await rosa.get(path)).value["notification_groups"] == [newest]
    assert (await rosa.get(f"{path}/accounts")).ids == [tilda.id]
    await rosa.post(f"{path}/dismiss")
    await rosa.get(path, status=404)
    await rosa.get("/api/v2/notifications/no-such-key", status=404)
    assert (await rosa.get("/api/v2/notifications/unread_count")).value == {"count": 3}
    assert (await rosa.get("/api/v2/notifications/policy")).value["for_new_accounts"] == "accept"


async def test_a_number_that_names_a_notification_is_read_exactly_by_javascript(rosa, told):
    groups = (await rosa.get("/api/v2/notifications")).value["notification_groups"]

    numbers = [one["most_recent_notification_id"] for one in groups]
    assert [int(float(number)) for number in numbers] == numbers
    assert [str(number) for number in numbers] == (await rosa.get(NOTIFICATIONS)).ids
