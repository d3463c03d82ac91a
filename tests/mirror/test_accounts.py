"""Somebody is suspended, let in again, and leaves: the other nodes show it, and then nothing."""

import pytest

from tests.mirror.neighbour import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest.mark.mirrors("mastodon/update_suspended")
async def test_who_is_suspended_is_hidden_everywhere_and_comes_back(world):
    post = await world.say_in_walkers("Bob was here", "bob")
    bob = await world.moor.find("cat", world.vale.handle("bob"))
    page = f"/seen/people/{bob['id']}"
    assert "bob" in await world.moor.page("cat", page)

    await world.vale.do("account", "suspend", "bob")
    await until(lambda: is_gone(world.moor, page, post["moor"]), "bob is hidden at moor")
    assert not await world.is_listed("moor", "Bob was here")

    await world.vale.do("account", "unsuspend", "bob")
    await until(lambda: world.moor.has("cat", post["moor"]), "bob is shown at moor again")


@pytest.mark.mirrors("mastodon/delete_person")
@pytest.mark.feature("F11")
async def test_who_is_deleted_is_gone_from_every_node(world):
    post = await world.say_in_walkers("Bea was here", "bea")
    bea = await world.moor.find("cat", world.vale.handle("bea"))
    page = f"/seen/people/{bea['id']}"

    await world.vale.do("account", "delete", "bea", "--yes")

    await until(lambda: is_gone(world.moor, page, post["moor"]), "bea is gone from moor")
    assert not await world.is_listed("moor", "Bea was here")
    assert not await world.hill.has("ann", post["hill"])
    assert "bea" not in await world.vale.do("account", "list")


async def is_gone(place, page: str, post_id: str) -> bool:
    """Whether neither somebody nor their post is shown to cat."""
    return await place.page("cat", page) == "" and not await place.has("cat", post_id)
