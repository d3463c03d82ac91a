"""Whoever deletes something sees, place by place, that it is removed there."""

import re

import pytest

from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


async def where_it_was(world: World, mine: str) -> str:
    """bea deletes a post on its page; the path of the page that says where it was."""
    page = await world.vale.press("bea", f"/delete/{mine}")
    assert "<h1>Where it was</h1>" in page
    path = re.search(r'href="(/deleted/\d+)"', await world.vale.page("bea", "/deleted"))
    assert path
    return path[1]


async def lines(world: World, path: str) -> str:
    """What that page says, in one line."""
    return " ".join((await world.vale.page("bea", path)).split())


def says(page: str, host: str, words: str) -> bool:
    """Whether the line of a place says so."""
    return f'<bdi dir="ltr">{host}</bdi></strong>: {words}' in page


@pytest.mark.mirrors("hedgerow/receipt")
@pytest.mark.feature("F12")
async def test_who_deletes_a_post_sees_that_it_is_removed_where_it_was_sent_and_where_it_was_read(
    world,
):
    await world.moor.follow("cat", world.vale.handle("bea"))
    mine = await world.vale.say("bea", "Taken back at once")
    await until(lambda: id_of(world.moor, "cat", "back at once"), "cat has it")
    await world.hill.find("ann", mine["uri"])

    path = await where_it_was(world, mine["id"])

    async def are_done() -> bool:
        page = await lines(world, path)
        return all(says(page, one.host, "removed on") for one in (world.moor, world.hill))

    await until(are_done, "both say that it is removed")
    assert "It was at 2 other places." in await lines(world, path)


@pytest.mark.feature("F12")
async def test_a_place_that_is_off_is_silent_and_removes_it_when_it_is_back(world):
    await world.moor.follow("cat", world.vale.handle("bea"))
    mine = await world.vale.say("bea", "Taken back in the night")
    there = await until(lambda: id_of(world.moor, "cat", "back in the night"), "cat has it")
    await world.moor.node.end()
    try:
        path = await where_it_was(world, mine["id"])
        assert says(await lines(world, path), world.moor.host, "silent since")
        assert world.moor.host in await world.vale.do("deletion", "list")
    finally:
        await world.moor.start()

    async def is_done() -> bool:
        return says(await lines(world, path), world.moor.host, "removed on")

    await until(is_done, "moor says that it is removed")
    assert not await world.moor.has("cat", there)
    assert world.moor.host not in await world.vale.do("deletion", "list")
