"""Whoever holds a copy of a post hears of its edit and its end, however the copy came there."""

import pytest

from tests.mirror.conftest import World
from tests.mirror.neighbour import Neighbour, plain, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


async def words(place: Neighbour, who: str, post_id: str) -> str:
    return plain((await place.status(who, post_id)).get("content", ""))


async def change(world: World, post_id: str, text: str) -> None:
    phone = await world.vale.phone("bea")
    assert await phone.ask("PUT", f"/api/v1/statuses/{post_id}", status=text)


async def take_back(world: World, post_id: str) -> None:
    phone = await world.vale.phone("bea")
    assert await phone.ask("DELETE", f"/api/v1/statuses/{post_id}")


async def test_a_post_that_was_only_looked_up_changes_and_goes_with_its_original(world):
    said = await world.vale.say("bea", "Seen by chance")
    there = (await world.moor.find("cat", said["uri"]))["id"]

    await change(world, said["id"], "Seen by chance, twice")
    await until(lambda: changed(world.moor, "cat", there, "twice"), "the edit is at moor")
    await take_back(world, said["id"])

    await until(lambda: is_gone(world.moor, "cat", there), "it is gone at moor")


async def changed(place: Neighbour, who: str, post_id: str, word: str) -> bool:
    on_page = word in await place.page(who, f"/seen/posts/{post_id}")
    return on_page and word in await words(place, who, post_id)


async def is_gone(place: Neighbour, who: str, post_id: str) -> bool:
    by_app = not await place.status(who, post_id)
    return by_app and await place.page(who, f"/seen/posts/{post_id}") == ""


async def test_an_edit_that_names_somebody_no_longer_reaches_them_all_the_same(world):
    text = f"{world.moor.handle('cat')} come along"
    said = await world.vale.say("bea", text, visibility="unlisted")
    phone = await world.moor.phone("cat")

    async def told() -> str:
        news = await phone.ask("GET", "/api/v1/notifications")
        found = [one["status"]["id"] for one in news if one["type"] == "mention"]
        shown = [one for one in found if "come along" in await words(world.moor, "cat", one)]
        return shown[0] if shown else ""

    there = await until(told, "cat is told")
    await change(world, said["id"], "never mind")

    await until(lambda: changed(world.moor, "cat", there, "never mind"), "the edit is at moor")


async def test_what_somebody_boosted_goes_from_the_booster_and_from_whoever_got_it_there(world):
    await world.moor.follow("cat", world.hill.handle("ann"))
    said = await world.vale.say("bea", "Worth passing on")
    at_hill = (await world.hill.find("ann", said["uri"]))["id"]
    await (await world.hill.phone("ann")).ask("POST", f"/api/v1/statuses/{at_hill}/reblog")
    phone = await world.moor.phone("cat")

    async def seen() -> str:
        listed = await phone.ask("GET", "/api/v1/timelines/home?limit=40")
        found = [one["reblog"] for one in listed if one.get("reblog")]
        return next((one["id"] for one in found if one["uri"] == said["uri"]), "")

    there = await until(seen, "the boost is at moor")
    await take_back(world, said["id"])

    await until(lambda: is_gone(world.moor, "cat", there), "it is gone at moor")
    await until(lambda: is_gone(world.hill, "ann", at_hill), "it is gone at hill")


async def test_whoever_wrote_what_a_community_elsewhere_removes_is_told_and_keeps_the_post(world):
    post = await world.say_in_walkers("Removed at hill alone")

    form = {"deed": "remove", "reason": "Not about walks."}
    await world.hill.press("ann", f"/moderate/posts/{post['hill']}", **form)

    sentence = "took your post out of its list"
    await until(lambda: is_told(world.vale, "bea", sentence), "bea is told")
    assert "Removed at hill alone" in await words(world.vale, "bea", post["vale"])
    await world.hill.press("ann", "/moderate/walkers", deed="restore", post=post["hill"])
    await until(lambda: is_told_no_more(world.vale, "bea", sentence), "it is taken back")


async def is_told(place: Neighbour, who: str, sentence: str) -> bool:
    return sentence in await place.page(who, "/notifications")


async def is_told_no_more(place: Neighbour, who: str, sentence: str) -> bool:
    return not await is_told(place, who, sentence)


async def test_a_private_answer_is_counted_for_those_it_is_for(world):
    said = await world.vale.say("bea", "Who is coming on Sunday?")
    there = (await world.moor.find("cat", said["uri"]))["id"]
    text = f"{world.vale.handle('bea')} I am, do not tell"
    await world.moor.say("cat", text, in_reply_to_id=there, visibility="direct")

    async def counted() -> bool:
        return (await world.vale.status("bea", said["id"]))["replies_count"] == 1

    await until(counted, "bea has the answer")
    assert (await world.vale.status("bob", said["id"]))["replies_count"] == 0
