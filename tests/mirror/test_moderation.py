"""What those who look after a community do on its page is seen on the other nodes."""

import pytest

from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import Neighbour, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


async def deed(world: World, post: dict[str, str], name: str, **form: str) -> None:
    """ann presses a button on the page of a post."""
    await world.hill.press("ann", f"/moderate/posts/{post['hill']}", deed=name, **form)


async def community_page(world: World, place: str) -> str:
    """The page of the community as its members elsewhere see it."""
    node, who = (world.vale, "bea") if place == "vale" else (world.moor, "cat")
    return await node.page(who, f"/seen/people/{world.walkers_there[place]}")


def first_of_all(page: str) -> str:
    """What stands first on the page of a community."""
    return page.partition("First of all")[2].partition("<h2>Conversations")[0]


@pytest.mark.parametrize("place", ["vale", "moor"])
async def test_what_is_put_first_stands_first_elsewhere_and_then_no_longer(world, place):
    text = f"Put first for {place}"
    post = await world.say_in_walkers(text)

    await deed(world, post, "pin")
    await until(lambda: on_page(world, place, text, first=True), "it stands first")
    await deed(world, post, "unpin")
    await until(lambda: on_page(world, place, text, first=False), "it stands first no longer")


async def on_page(world: World, place: str, text: str, *, first: bool) -> bool:
    return (text in first_of_all(await community_page(world, place))) is first


async def test_a_closed_conversation_takes_no_answers_elsewhere_and_then_takes_them_again(world):
    post = await world.say_in_walkers("Closed soon")

    await deed(world, post, "lock", reason="All is said.")
    await until(lambda: answers(world.moor, "cat", post["moor"], "Too late", False), "it is closed")
    await until(lambda: answers(world.vale, "bea", post["vale"], "Too late", False), "at its home")
    await deed(world, post, "unlock")
    await until(lambda: answers(world.moor, "cat", post["moor"], "In time", True), "it is open")
    await until(lambda: id_of_answer(world.hill, "ann", post["hill"], "In time"), "it arrives")


async def answers(place: Neighbour, who: str, post_id: str, text: str, may: bool) -> bool:
    """Whether somebody may answer, or may not, as is said."""
    phone = await place.phone(who)
    made = await phone.ask("POST", "/api/v1/statuses", status=text, in_reply_to_id=post_id)
    return (made is not None) is may


async def id_of_answer(place: Neighbour, who: str, post_id: str, text: str) -> str:
    phone = await place.phone(who)
    found = await phone.ask("GET", f"/api/v1/statuses/{post_id}/context")
    return next((one["id"] for one in found["descendants"] if text in one["content"]), "")


async def test_what_is_removed_is_gone_elsewhere_and_comes_back_when_it_is_restored(world):
    post = await world.say_in_walkers("Removed for a while")

    await deed(world, post, "remove", reason="Not about walks.")
    await until(lambda: is_gone(world.moor, "cat", post["moor"]), "it is gone at moor")
    await until(lambda: not_listed(world, "vale", "Removed for a while"), "not in the community")
    assert "Removed for a while" not in await community_page(world, "moor")
    await world.hill.press("ann", "/moderate/walkers", deed="restore", post=post["hill"])
    await until(lambda: is_there(world.moor, "cat", post["moor"]), "it is back at moor")
    assert await id_of(world.moor, "cat", "Removed for a while")


async def is_gone(place: Neighbour, who: str, post_id: str) -> bool:
    """Whether a post is to be had no more, on the page nor by the app."""
    phone = await place.phone(who)
    by_app = await phone.ask("GET", f"/api/v1/statuses/{post_id}")
    return by_app is None and await place.page(who, f"/seen/posts/{post_id}") == ""


async def is_there(place: Neighbour, who: str, post_id: str) -> bool:
    phone = await place.phone(who)
    by_app = await phone.ask("GET", f"/api/v1/statuses/{post_id}")
    return by_app is not None and await place.page(who, f"/seen/posts/{post_id}") != ""


async def not_listed(world: World, place: str, text: str) -> bool:
    return text not in await community_page(world, place)
