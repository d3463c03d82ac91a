"""Hashtags over the client API: what has them, and finding them."""

import pytest

from federation import documents
from node.topics.members.blocks import block
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, note

TAG = "/api/v1/timelines/tag/"


async def test_what_has_a_hashtag_is_listed_whatever_its_case_newest_first(house, rosa, tilda):
    first = await rosa.say("A path #Walk")
    answer = await tilda.say("Mine too #WALK", in_reply_to_id=first["id"])
    await rosa.say("Nothing")

    for name in ("walk", "Walk"):
        assert (await rosa.get(TAG + name)).ids == [answer["id"], first["id"]]
    assert (await house.visitor.get(f"{TAG}walk")).ids == [answer["id"], first["id"]]
    assert (await rosa.get(f"{TAG}nothing")).ids == []


async def test_it_is_paged_both_ways_without_gap_or_repetition(rosa):
    said = [(await rosa.say(f"Number {number} #walk"))["id"] for number in range(5)]

    newest = await rosa.get(f"{TAG}walk?limit=2")
    older = await rosa.get(newest.way("next"))
    oldest = await rosa.get(older.way("next"))

    assert newest.ids + older.ids + oldest.ids == said[::-1]
    assert (await rosa.get(oldest.way("prev"))).ids == older.ids


async def test_further_hashtags_widen_and_narrow_it(rosa):
    walk = (await rosa.say("#walk"))["id"]
    both = (await rosa.say("#walk #rain"))["id"]
    rain = (await rosa.say("#rain"))["id"]

    async def found(query: str) -> list[str]:
        return (await rosa.get(f"{TAG}walk?{query}")).ids

    assert await found("any[]=Rain&any[]=walk") == [rain, both, walk]
    assert await found("all[]=RAIN") == [both]
    assert await found("none[]=rain") == [walk]
    assert await found("any[]=rain&none[]=walk") == [rain]
    assert await found("all[]=rain&all[]=snow") == []


@pytest.mark.threat("T95")
@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
async def test_only_what_everybody_may_read_is_found_by_a_hashtag(house, rosa, visibility):
    await rosa.say("#hidden words", visibility=visibility)

    assert (await rosa.get(f"{TAG}hidden")).ids == []
    assert (await rosa.get("/api/v2/search?q=hidden")).value["hashtags"] == []
    assert await house.db.read(lambda tx: tx.all("select * from post_tag")) == []


async def test_an_edit_and_a_delete_change_what_is_found(rosa):
    post = await rosa.say("#walk")

    await rosa.must("PUT", f"/api/v1/statuses/{post['id']}", data={"status": "#swim"})
    assert (await rosa.get(f"{TAG}walk")).ids == []
    assert (await rosa.get(f"{TAG}swim")).ids == [post["id"]]
    await rosa.must("DELETE", f"/api/v1/statuses/{post['id']}")
    assert (await rosa.get(f"{TAG}swim")).ids == []
    assert (await rosa.get("/api/v2/search?q=swim")).value["hashtags"] == []


async def test_posts_of_other_nodes_are_found_and_told_apart(house, rosa):
    bert = await house.do(add_neighbour, "bert")
    tags = (documents.Hashtag("Blu\u0308te"), documents.Hashtag("2026"), documents.Hashtag("a b"))
    theirs = str(await house.do(store_fetched_post, note(bert, hashtags=tags), NOW))
    ours = (await rosa.say("#Blüte"))["id"]

    path = f"{TAG}BLÜTE"
    assert (await rosa.get(path)).ids == [ours, theirs]
    assert (await rosa.get(f"{path}?local=true")).ids == [ours]
    assert (await rosa.get(f"{path}?remote=true")).ids == [theirs]
    assert (await rosa.get(f"{path}?only_media=true")).ids == []
    shown = (await rosa.get(f"/api/v1/statuses/{theirs}")).value["tags"]
    assert shown == [
        {"name": "blüte", "url": "https://group.example/tags/bl%C3%BCte"},
        {"name": "ab", "url": "https://group.example/tags/ab"},
    ]


async def test_those_of_silenced_hosts_and_whom_the_reader_blocked_are_left_out(house, rosa, tilda):
    bert = await house.do(add_neighbour, "bert")
    tags = (documents.Hashtag("walk"),)
    await house.do(store_fetched_post, note(bert, hashtags=tags), NOW)
    mine = (await tilda.say("#walk"))["id"]

    def silence(tx):
        tx.run("update actor set silenced_at = 1 where id = :id", id=bert.id)

    await house.db.write(silence)
    assert (await rosa.get(f"{TAG}walk")).ids == [mine]
    await house.do(block, rosa.actor, tilda.actor, NOW)
    assert (await rosa.get(f"{TAG}walk")).ids == []
    assert (await rosa.get("/api/v2/search?q=walk&type=hashtags")).value["hashtags"] != []


async def test_hashtags_are_searched_by_how_they_begin(house, rosa):
    await rosa.say("#walking #walk #swim")

    found = (await rosa.get("/api/v2/search?q=%23Walk&type=hashtags")).value

    assert [one["name"] for one in found["hashtags"]] == ["walk", "walking"]
    assert found["hashtags"][0]["url"] == "https://group.example/tags/walk"
    assert (found["accounts"], found["statuses"]) == ([], [])
    one = (await rosa.get("/api/v2/search?q=walk&type=hashtags&limit=1")).value["hashtags"]
    assert [tag["name"] for tag in one] == ["walk"]
    none = (await rosa.get("/api/v2/search?q=walk&type=accounts")).value
    assert none["hashtags"] == []
