"""What people say and do about it is seen on the other nodes, also by those who only follow the
community that it stands in."""

import pytest

from tests.mirror.conftest import id_of
from tests.mirror.neighbour import plain, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest.mark.feature("J3.7")
@pytest.mark.mirrors("mastodon/update_note")
async def test_an_edit_reaches_those_who_know_the_post_from_the_community_alone(world):
    post = await world.say_in_walkers("At nine by the bridge")
    phone = await world.vale.phone("bea")

    path, text = f"/api/v1/statuses/{post['vale']}", "At ten by the bridge"
    await phone.ask("PUT", path, status=f"{world.hill.handle('walkers')} {text}")

    for place, who, name in ((world.hill, "ann", "hill"), (world.moor, "cat", "moor")):
        await until(lambda: says(place, who, post[name], text), f"{name} has the edit")  # noqa: B023
        assert text in await place.page(who, f"/seen/posts/{post[name]}")


async def says(place, who: str, post_id: str, text: str) -> bool:
    return text in plain((await place.status(who, post_id)).get("content", ""))


@pytest.mark.feature("J3.7")
@pytest.mark.mirrors("lemmy/delete_page", "lemmy/announce_delete")
async def test_a_delete_takes_the_words_away_everywhere(world):
    post = await world.say_in_walkers("Said too soon")

    await (await world.vale.phone("bea")).ask("DELETE", f"/api/v1/statuses/{post['vale']}")

    async def is_gone() -> bool:
        there = [
            await place.has(who, post[name])
            for place, who, name in ((world.hill, "ann", "hill"), (world.moor, "cat", "moor"))
        ]
        return not any(there)

    await until(is_gone, "it is gone at hill and at moor")
    assert "Said too soon" not in await world.community_page("moor")


@pytest.mark.feature("J3.7")
@pytest.mark.mirrors(
    "mastodon/like",
    "mastodon/undo_like",
    "lemmy/like",
    "lemmy/undo_like",
    "mastodon/announce_boost",
    "mastodon/undo_announce",
)
@pytest.mark.parametrize(
    ("verb", "back", "field"),
    [("favourite", "unfavourite", "favourites_count"), ("reblog", "unreblog", "reblogs_count")],
)
async def test_a_like_or_boost_is_counted_at_home_and_then_taken_back(world, verb, back, field):
    post = await world.say_in_walkers(f"To {verb}")
    phone = await world.moor.phone("cat")

    async def count() -> int:
        return int((await world.vale.status("bea", post["vale"]))[field])

    before = await count()
    await phone.ask("POST", f"/api/v1/statuses/{post['moor']}/{verb}")
    await until(lambda: is_now(count, before + 1), "it is counted")
    told = await (await world.vale.phone("bea")).ask("GET", "/api/v1/notifications")
    assert any(one["type"] == verb and one["status"]["id"] == post["vale"] for one in told)
    await phone.ask("POST", f"/api/v1/statuses/{post['moor']}/{back}")
    await until(lambda: is_now(count, before), "it is counted no longer")


async def is_now(count, number: int) -> bool:
    return await count() == number


@pytest.mark.mirrors("lemmy/announce_like", "lemmy/announce_undo_like")
async def test_a_like_in_a_community_is_counted_by_all_its_nodes_and_then_taken_back(world):
    post = await world.say_in_walkers("Liked by its host")
    phone = await world.hill.phone("ann")

    async def count() -> int:
        return int((await world.moor.status("cat", post["moor"]))["favourites_count"])

    await phone.ask("POST", f"/api/v1/statuses/{post['hill']}/favourite")
    await until(lambda: is_now(count, 1), "moor counts it")
    await phone.ask("POST", f"/api/v1/statuses/{post['hill']}/unfavourite")
    await until(lambda: is_now(count, 0), "moor counts it no longer")


@pytest.mark.feature("J3.7")
@pytest.mark.mirrors("lemmy/create_page", "piefed/announce_create", "lemmy/announce_update")
async def test_a_longer_piece_in_a_community_elsewhere_and_its_edit_stand_there_with_its_title(
    world,
):
    text = f"{world.hill.handle('walkers')} Along the brook"
    await world.vale.press("bea", "/new", visibility="public", title="The brook path", text=text)

    for place, who in ((world.hill, "ann"), (world.moor, "cat")):
        there = await until(lambda: id_of(place, who, "Along the brook"), "it arrives")  # noqa: B023
        assert "The brook path" in await place.page(who, f"/seen/posts/{there}")
    mine = await id_of(world.vale, "bea", "Along the brook")
    text = f"{world.hill.handle('walkers')} Beside the brook"
    await world.vale.press("bea", f"/edit/{mine}", title="The brook path", text=text)
    await until(lambda: says(world.moor, "cat", there, "Beside the brook"), "moor has the edit")
    assert "The brook path" in await world.moor.page("cat", f"/seen/posts/{there}")


@pytest.mark.mirrors(
    "piefed/create_page_here", "piefed/announce_create", "mastodon/announce_object"
)
async def test_a_longer_piece_in_a_community_at_home_reaches_its_members(world):
    form = {"title": "The mill path", "text": f"{world.hill.handle('walkers')} Past the wheel"}
    await world.hill.press("ann", "/new", visibility="public", **form)

    for place, who in ((world.vale, "bob"), (world.moor, "cat")):
        there = await until(lambda: id_of(place, who, "Past the wheel"), "it arrives")  # noqa: B023
        assert "The mill path" in await place.page(who, f"/seen/posts/{there}")


@pytest.mark.feature("J3.7")
@pytest.mark.mirrors("lemmy/create_comment", "mastodon/create_reply", "piefed/announce_comment")
async def test_an_answer_stands_under_the_post_on_each_node(world):
    post = await world.say_in_walkers("Who comes along?")

    fields = {"in_reply_to_id": post["moor"]}
    await world.moor.say("cat", f"{world.vale.handle('bea')} I do", **fields)

    for place, who, name in ((world.vale, "bea", "vale"), (world.hill, "ann", "hill")):
        await until(lambda: answered(place, who, post[name], "I do"), f"at {name}")  # noqa: B023


async def answered(place, who: str, post_id: str, text: str) -> bool:
    path = f"/api/v1/statuses/{post_id}/context"
    found = await (await place.phone(who)).ask("GET", path)
    return any(text in one["content"] for one in found["descendants"])


@pytest.mark.mirrors("mastodon/vote", "mastodon/create_question")
async def test_a_vote_is_counted_at_the_home_of_the_poll_and_shown_to_the_voter(world):
    poll = {"poll[options][]": ["Hill", "Lake"], "poll[expires_in]": "3600"}
    post = await world.say_in_walkers("Where to?", **poll)
    there = (await world.moor.status("cat", post["moor"]))["poll"]["id"]

    await (await world.moor.phone("cat")).ask(
        "POST", f"/api/v1/polls/{there}/votes", **{"choices[]": "1"}
    )

    for place, who, name in ((world.vale, "bea", "vale"), (world.moor, "cat", "moor")):
        await until(lambda: votes(place, who, post[name]), f"counted at {name}")  # noqa: B023


async def votes(place, who: str, post_id: str) -> bool:
    poll = (await place.status(who, post_id))["poll"]
    return [one["votes_count"] for one in poll["options"]] == [0, 1]


@pytest.mark.mirrors("mastodon/create_note_direct")
async def test_a_message_reaches_only_whom_it_names(world):
    await world.vale.say("bea", f"{world.moor.handle('cat')} Only for you", visibility="direct")

    phone = await world.moor.phone("cat")

    async def arrives() -> bool:
        told = await phone.ask("GET", "/api/v1/notifications")
        mentions = [one["status"] for one in told if one["type"] == "mention"]
        return any("Only for you" in plain(one["content"]) for one in mentions)

    await until(arrives, "cat is told")
    assert await id_of(world.hill, "ann", "Only for you") == ""
