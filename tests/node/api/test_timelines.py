"""Timelines over the client API: order, paging, boosts, and who sees what."""

import pytest

from node.topics.members.actions import follow
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_group, add_neighbour, note

HOME = "/api/v1/timelines/home"
PUBLIC = "/api/v1/timelines/public"


async def test_home_is_paged_by_link_without_gap_or_repetition(rosa):
    said = [(await rosa.say(f"Number {number}"))["id"] for number in range(5)]
    newest = await rosa.get(f"{HOME}?limit=2")
    older = await rosa.get(newest.way("next"))
    oldest = await rosa.get(older.way("next"))

    assert newest.ids + older.ids + oldest.ids == said[::-1]
    assert (await rosa.get(oldest.way("next"))).headers.get("Link") is None
    assert (await rosa.get(oldest.way("prev"))).ids == older.ids
    assert "limit=2" in newest.headers["Link"]


@pytest.mark.parametrize(
    ("asked", "given"), [("1", 1), ("0", 1), ("-4", 20), ("99", 40), ("x", 20)]
)
async def test_a_page_is_never_longer_than_forty(house, rosa, asked, given):
    for number in range(41):
        await rosa.say(f"Number {number}")

    assert len((await rosa.get(f"{HOME}?limit={asked}")).value) == given


async def test_a_boost_stands_in_the_homes_of_followers_with_the_post_inside(house, rosa, tilda):
    await house.do(follow, tilda.actor, rosa.actor, NOW)
    bert = await house.do(add_neighbour, "bert")
    post_id = await house.do(store_fetched_post, note(bert), NOW)
    boost = (await rosa.post(f"/api/v1/statuses/{post_id}/reblog")).value

    (seen,) = (await tilda.get(HOME)).value

    assert seen["id"] == boost["id"]
    assert seen["uri"] == boost["uri"]
    assert seen["account"]["acct"] == "rosa"
    assert seen["reblog"]["id"] == str(post_id)
    assert seen["reblog"]["account"]["acct"] == "bert@valley.example"
    assert (await tilda.get(f"/api/v1/statuses/{boost['id']}")).value == seen


async def test_what_is_done_with_a_boost_is_done_with_its_post(house, rosa, tilda):
    status = await rosa.say("Hello")
    boost = (await tilda.post(f"/api/v1/statuses/{status['id']}/reblog")).value

    liked = (await rosa.post(f"/api/v1/statuses/{boost['id']}/favourite")).value
    answer = await rosa.say("Thanks", in_reply_to_id=boost["id"])
    undone = (await tilda.post(f"/api/v1/statuses/{boost['id']}/unreblog")).value

    assert (liked["id"], liked["favourited"], liked["favourites_count"]) == (status["id"], True, 1)
    assert answer["in_reply_to_id"] == status["id"]
    assert (undone["id"], undone["reblogged"], undone["reblogs_count"]) == (status["id"], False, 0)


async def test_boosting_twice_gives_the_same_boost(rosa, tilda):
    status = await rosa.say("Hello")
    path = f"/api/v1/statuses/{status['id']}/reblog"

    assert (await tilda.post(path)).value["id"] == (await tilda.post(path)).value["id"]


async def test_a_community_shows_its_posts_as_boosts_by_an_account_that_is_a_group(house, rosa):
    walkers = await house.do(add_group, "walkers", rosa.actor)
    tilda = await house.person("tilda")
    await tilda.post(f"/api/v1/accounts/{walkers.id}/follow")

    status = await rosa.say("@walkers on Sunday")
    (seen,) = (await tilda.get(HOME)).value

    assert seen["account"]["acct"] == "walkers"
    assert seen["account"]["group"] is True
    assert seen["reblog"]["id"] == status["id"]
    assert (await tilda.get(f"/api/v1/accounts/{walkers.id}/statuses")).ids == [status["id"]]


async def test_the_public_timeline_is_for_visitors_too_and_holds_only_what_is_public(house, rosa):
    bert = await house.do(add_neighbour, "bert")
    theirs = await house.do(store_fetched_post, note(bert), NOW)
    ours = await rosa.say("Hello")
    for visibility in ("unlisted", "private", "direct"):
        await rosa.say("Hidden", visibility=visibility)

    assert (await house.visitor.get(PUBLIC)).ids == [ours["id"], str(theirs)]
    assert (await house.visitor.get(f"{PUBLIC}?local=true")).ids == [ours["id"]]


@pytest.mark.threat("T22")
@pytest.mark.threat("T23")
async def test_posts_for_followers_are_for_accepted_followers_alone(house, rosa, tilda):
    path = f"/api/v1/accounts/{rosa.id}/statuses"
    await rosa.must("PATCH", "/api/v1/accounts/update_credentials", data={"locked": "true"})
    for_all = await rosa.say("For all")
    for_few = await rosa.say("For few", visibility="private")

    assert (await tilda.get(path)).ids == [for_all["id"]]
    await tilda.post(f"/api/v1/accounts/{rosa.id}/follow")
    assert (await tilda.get(path)).ids == [for_all["id"]]
    await tilda.get(f"/api/v1/statuses/{for_few['id']}", status=404)

    await rosa.post(f"/api/v1/follow_requests/{tilda.id}/authorize")
    assert (await tilda.get(path)).ids == [for_few["id"], for_all["id"]]
    assert (await house.visitor.get(path)).ids == [for_all["id"]]


async def test_an_accounts_posts_are_filtered_as_asked(rosa):
    first = await rosa.say("First")
    answer = await rosa.say("Second", in_reply_to_id=first["id"])
    boost = (await rosa.post(f"/api/v1/statuses/{first['id']}/reblog")).value
    path = f"/api/v1/accounts/{rosa.id}/statuses"

    assert (await rosa.get(path)).ids == [boost["id"], answer["id"], first["id"]]
    assert (await rosa.get(f"{path}?exclude_replies=true")).ids == [boost["id"], first["id"]]
    assert (await rosa.get(f"{path}?exclude_reblogs=1")).ids == [answer["id"], first["id"]]
    assert (await rosa.get(f"{path}?only_media=true")).ids == []
    assert (await rosa.get(f"{path}?pinned=true")).ids == []


async def test_favourites_and_bookmarks_are_kept_for_oneself_and_paged(rosa, tilda):
    said = [(await rosa.say(f"Number {number}"))["id"] for number in range(3)]
    for status_id in said:
        await tilda.post(f"/api/v1/statuses/{status_id}/favourite")
        await tilda.post(f"/api/v1/statuses/{status_id}/bookmark")
    await tilda.post(f"/api/v1/statuses/{said[0]}/unbookmark")

    page = await tilda.get("/api/v1/favourites?limit=2")

    assert page.ids == said[:0:-1]
    assert (await tilda.get(page.way("next"))).ids == [said[0]]
    assert (await tilda.get("/api/v1/bookmarks")).ids == said[:0:-1]
    assert (await rosa.get("/api/v1/bookmarks")).ids == []
    assert (await rosa.get(f"/api/v1/statuses/{said[0]}/favourited_by")).ids == [tilda.id]


@pytest.mark.threat("T55")
async def test_no_answer_is_kept_by_caches(house, rosa):
    status = await rosa.say("Hello")
    for path in (HOME, PUBLIC, f"/api/v1/statuses/{status['id']}", "/api/v2/instance"):
        reply = await rosa.get(path)
        assert (path, reply.headers["Cache-Control"]) == (path, "private, no-store")
    refused = await house.visitor.get(HOME, status=401)
    assert refused.headers["Cache-Control"] == "no-store"
