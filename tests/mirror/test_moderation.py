"""What those who look after a community do on its page is seen on the other nodes."""

import pytest

from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import Neighbour, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


async def deed(world: World, post: dict[str, str], name: str, **form: str) -> None:
    """ann presses a button on the page of a post."""
    await world.hill.press("ann", f"/moderate/posts/{post['hill']}", deed=name, **form)


def first_of_all(page: str) -> str:
    """What stands first on the page of a community."""
    return page.partition("First of all")[2].partition("<h2>Conversations")[0]


@pytest.mark.mirrors("lemmy/announce_pin", "lemmy/announce_unpin")
@pytest.mark.parametrize("place", ["vale", "moor"])
async def test_what_is_put_first_stands_first_elsewhere_and_then_no_longer(world, place):
    text = f"Put first for {place}"
    post = await world.say_in_walkers(text)

    await deed(world, post, "pin")
    await until(lambda: on_page(world, place, text, first=True), "it stands first")
    await deed(world, post, "unpin")
    await until(lambda: on_page(world, place, text, first=False), "it stands first no longer")


async def on_page(world: World, place: str, text: str, *, first: bool) -> bool:
    return (text in first_of_all(await world.community_page(place))) is first


@pytest.mark.mirrors("lemmy/announce_lock", "lemmy/announce_unlock")
async def test_a_closed_conversation_takes_no_answers_elsewhere_and_then_takes_them_again(world):
    post = await world.say_in_walkers("Closed soon")

    await deed(world, post, "lock", reason="All is said.")
    for place, who, name in ((world.moor, "cat", "moor"), (world.vale, "bea", "vale")):
        await until(lambda: is_closed(place, who, post[name]), f"closed at {name}")  # noqa: B023
        assert not await answers(place, who, post[name], "Too late")
    await deed(world, post, "unlock")
    await until(lambda: is_open(world.moor, "cat", post["moor"]), "it is open")
    assert await answers(world.moor, "cat", post["moor"], "In time")
    await until(lambda: id_of_answer(world.hill, "ann", post["hill"], "In time"), "it arrives")


async def is_closed(place: Neighbour, who: str, post_id: str) -> bool:
    """Whether the page of a post says that it takes no more answers."""
    return "This conversation is closed" in await place.page(who, f"/seen/posts/{post_id}")


async def is_open(place: Neighbour, who: str, post_id: str) -> bool:
    return not await is_closed(place, who, post_id)


async def answers(place: Neighbour, who: str, post_id: str, text: str) -> bool:
    """Somebody answers with an app; whether that is taken."""
    phone = await place.phone(who)
    made = await phone.ask("POST", "/api/v1/statuses", status=text, in_reply_to_id=post_id)
    return made is not None


async def id_of_answer(place: Neighbour, who: str, post_id: str, text: str) -> str:
    phone = await place.phone(who)
    found = await phone.ask("GET", f"/api/v1/statuses/{post_id}/context")
    return next((one["id"] for one in found["descendants"] if text in one["content"]), "")


@pytest.mark.mirrors(
    "lemmy/announce_remove",
    "lemmy/announce_restore",
    "lemmy/undo_boost_of_removed",
    "mastodon/announce_object",
)
async def test_what_is_removed_is_gone_elsewhere_and_comes_back_when_it_is_restored(world):
    post = await world.say_in_walkers("Removed for a while")

    await deed(world, post, "remove", reason="Not about walks.")
    await until(lambda: gone(world, post), "it is gone at moor")
    await until(lambda: gone_from(world, "vale", "Removed for a while"), "not in the community")
    assert "Removed for a while" not in await world.community_page("moor")
    await world.hill.press("ann", "/moderate/walkers", deed="restore", post=post["hill"])
    await until(lambda: world.moor.has("cat", post["moor"]), "it is back at moor")
    await until(lambda: id_of(world.moor, "cat", "Removed for a while"), "it is in cat's home")
    await until(lambda: world.is_listed("vale", "Removed for a while"), "in the community again")


async def gone(world: World, post: dict[str, str]) -> bool:
    return not await world.moor.has("cat", post["moor"])


async def gone_from(world: World, place: str, text: str) -> bool:
    return not await world.is_listed(place, text)


@pytest.mark.mirrors("lemmy/announce_remove_with_replies", "lemmy/announce_restore")
async def test_what_is_removed_with_its_answers_takes_them_along_elsewhere(world):
    post = await world.say_in_walkers("Removed with its answers")
    fields = {"in_reply_to_id": post["moor"]}
    answer = await world.moor.say("cat", f"{world.vale.handle('bea')} Under it", **fields)
    args = (world.vale, "bea", post["vale"], "Under it")
    there = await until(lambda: id_of_answer(*args), "vale has the answer")
    await until(lambda: id_of_answer(world.hill, "ann", post["hill"], "Under it"), "hill too")

    await deed(world, post, "remove", with_replies="1")

    await until(lambda: gone(world, post), "the post is gone at moor")
    assert "Under it" not in await world.community_page("moor")

    async def is_gone_at_vale() -> bool:
        return not await world.vale.has("bea", there)

    await until(is_gone_at_vale, "the answer is gone at vale")
    assert await world.moor.has("cat", answer["id"])


@pytest.mark.mirrors("lemmy/announce_ban", "lemmy/announce_ban_and_remove", "lemmy/announce_unban")
@pytest.mark.parametrize("removes", ["", "1"])
async def test_who_is_shut_out_writes_there_no_more_until_they_are_let_in_again(world, removes):
    text = f"Before the ban{removes}"
    post = await world.say_in_walkers(text, "bob")
    there = (await world.hill.status("ann", post["hill"]))["account"]["id"]

    await deed(world, post, "ban", reason="Rude.", days="7", removes=removes)
    await until(lambda: takes(world, "Shut out", False), "bob is told so where he writes")
    if removes:
        await until(lambda: gone(world, post), "it is gone at moor")
        await until(lambda: gone_from(world, "vale", text), "not in the community")
    assert await world.vale.has("bob", post["vale"])
    again = {"deed": "unban", "person": there, "restores": removes}
    await world.hill.press("ann", "/moderate/walkers", **again)
    await until(lambda: world.moor.has("cat", post["moor"]), "it is there at moor")
    await until(lambda: world.is_listed("vale", text), "in the community again")
    await until(lambda: takes(world, f"Let in{removes}", True), "bob writes again")
    await until(lambda: id_of(world.moor, "cat", f"Let in{removes}"), "moor has it")


async def takes(world: World, text: str, may: bool) -> bool:
    """Whether bob may write in the community, or may not, as is said."""
    phone = await world.vale.phone("bob")
    status = f"{world.hill.handle('walkers')} {text}"
    return (await phone.ask("POST", "/api/v1/statuses", status=status) is not None) is may


@pytest.mark.mirrors("lemmy/announce_appoint", "lemmy/announce_dismiss")
async def test_who_is_named_to_look_after_it_is_named_elsewhere_and_then_no_longer(world):
    handle = world.vale.handle("bea")
    person = await world.hill.find("ann", handle)

    await world.hill.press("ann", "/moderate/walkers", deed="appoint", handle=handle)
    await until(lambda: looks_after_it(world, True), "bea looks after it, and has the link")
    await world.hill.press("ann", "/moderate/walkers", deed="dismiss", person=person["id"])
    await until(lambda: looks_after_it(world, False), "no longer")


async def looks_after_it(world: World, is_so: bool) -> bool:
    """Whether bea is named at moor and led to her duties at vale, or neither."""
    names = (await world.community_page("moor")).partition("Who looks after it")[2]
    link = "Look after this community" in await world.community_page("vale")
    return ("@bea@" in names.partition("</details>")[0]) is link is is_so
