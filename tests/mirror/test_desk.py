"""What one node decides about people of another is told to them there, and they can appeal."""

import re

import pytest

from tests.mirror.conftest import World
from tests.mirror.neighbour import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
CASE = re.compile(r'href="(/desk/\d+)"')


async def on_desk(world: World, words: str) -> str:
    """Where on ann's desk the case stands that says so; empty where none does."""
    for card in (await world.hill.page("ann", "/desk")).split("<article")[1:]:
        found = CASE.search(card)
        if words in card and found:
            return found[1]
    return ""


async def way_in_news(world: World, who: str, sentence: str) -> str:
    """Where somebody of vale goes on from a piece of news; empty where there is none."""
    for card in (await world.vale.page(who, "/notifications")).split("<article")[1:]:
        found = re.search(r'href="(/decisions/[a-z]+/\d+)"', card)
        if sentence in card and found:
            return found[1]
    return ""


async def news(world: World, who: str, words: str) -> str:
    page = await world.vale.page(who, "/notifications")
    return page if words in page else ""


@pytest.mark.feature("M04")
@pytest.mark.mirrors("lemmy/appeal")
async def test_the_author_elsewhere_reads_why_appeals_and_sees_it_shown_again(world):
    post = await world.say_in_walkers("Shown again after an appeal")
    form = {"deed": "remove", "reason": "Not about walks."}
    await world.hill.press("ann", f"/moderate/posts/{post['hill']}", **form)

    path = await until(
        lambda: way_in_news(world, "bea", "took your post out of its list"), "bea is told"
    )
    page = await world.vale.page("bea", path)
    own = await world.vale.page("bea", post["uri"].removeprefix(world.vale.url))
    await world.vale.press("bea", path, deed="appeal", words="It is about a walk.")
    case = await until(lambda: on_desk(world, "It is about a walk."), "it is on the desk")
    await world.hill.press("ann", case, deed="grant", words="So it is.")

    assert "Not about walks." in page
    assert path in own
    assert world.hill.handle("ann") not in page
    await until(lambda: news(world, "bea", "So it is."), "bea is answered")
    await until(lambda: world.is_listed("moor", "Shown again after an appeal"), "shown at moor")
    await until(lambda: world.is_listed("vale", "Shown again after an appeal"), "and at vale")


@pytest.mark.feature("M04")
@pytest.mark.mirrors("lemmy/appeal", "mastodon/create_note_direct")
async def test_who_is_shut_out_elsewhere_is_told_there_and_answered(world):
    post = await world.say_in_walkers("Before bob is shut out", "bob")
    form = {"deed": "ban", "reason": "Rude to others.", "days": "7"}
    await world.hill.press("ann", f"/moderate/posts/{post['hill']}", **form)

    path = await until(lambda: way_in_news(world, "bob", "has shut you out"), "bob is told")
    page = await world.vale.page("bob", path)
    await world.vale.press("bob", path, deed="appeal", words="I was not.")
    case = await until(lambda: on_desk(world, "I was not."), "it is on the desk")
    await world.hill.press("ann", case, deed="refuse", words="Come back next week.")

    assert "Rude to others." in page
    assert "until <time" in page
    told = await until(lambda: news(world, "bob", "Come back next week."), "bob is answered")
    assert "it stays as they had decided" in told
    assert world.hill.handle("ann") not in told
    assert "Come back next week." not in await world.vale.page("bea", "/notifications")
    assert "You asked on" in await world.vale.page("bob", path)


@pytest.mark.feature("M01")
@pytest.mark.threat("T85")
@pytest.mark.mirrors("lemmy/flag_in_community", "mastodon/create_note_direct")
async def test_a_report_from_a_third_node_ends_in_a_message_to_the_author_elsewhere(world):
    post = await world.say_in_walkers("This tea heals everything")
    form = {"reason": "medical_advice", "words": "Cat says so.", "tells_home": "1"}
    await world.moor.press("cat", f"/report/posts/{post['moor']}", **form)
    case = await until(lambda: on_desk(world, "This tea heals everything"), "it is on the desk")
    shown = await world.hill.page("ann", case)

    await world.hill.press("ann", case, deed="warn", words="Please say that it is your own view.")

    told = await until(lambda: news(world, "bea", "it is your own view"), "bea is written to")
    assert "Walkers" in told
    assert "Cat says so." not in shown
    for handle in (world.hill.handle("ann"), world.moor.handle("cat")):
        assert handle not in told.partition("<main")[2]


@pytest.mark.feature("M02")
async def test_the_first_post_of_a_newcomer_elsewhere_is_nowhere_before_the_nod(world):
    await world.vale.add("gus")
    await world.hill.do("community", "first-posts", "walkers", "wait")
    await world.vale.follow("gus", world.hill.handle("walkers"))
    text = "Hello from gus"
    await world.vale.say("gus", f"{world.hill.handle('walkers')} {text}")

    case = await until(lambda: on_desk(world, text), "it is on the desk")
    before = await world.is_listed("moor", text)
    at_home = await world.hill.page("ann", "/communities/walkers")
    await world.hill.press("ann", case, deed="let_through")

    assert not before
    assert text not in at_home
    await until(lambda: world.is_listed("moor", text), "it is at moor")
    await world.hill.do("community", "first-posts", "walkers", "free")
