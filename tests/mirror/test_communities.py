"""What a community does about who may write and read, seen from the places it concerns."""

import pytest

from tests.journeys.processes import FOR_ALL
from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]


@pytest.mark.mirrors("lemmy/reject_create")
async def test_who_may_not_write_in_a_community_elsewhere_reads_why_at_home(world: World):
    title = ("--title", "Quiet", "--organiser", "ann", "--visibility", "public")
    await world.hill.do("community", "create", "quiet", *title, "--join", "approval")
    await world.vale.follow("bea", world.hill.handle("quiet"))

    said = await world.vale.say("bea", f"{world.hill.handle('quiet')} may I?")

    path = said["uri"].removeprefix(world.vale.url)
    reason = "This community lets only its members write."

    async def is_told() -> bool:
        return reason in await world.vale.page("bea", path)

    await until(is_told, "bea reads why")
    assert reason in await world.vale.page("bea", "/notifications")
    assert reason not in await world.vale.page("bob", path)
    assert await id_of(world.hill, "ann", "may I?") == ""


async def test_a_public_community_that_is_shut_lets_go_who_follows_it_from_elsewhere(world: World):
    title = ("--title", "Shut soon", "--organiser", "ann")
    await world.hill.do("community", "create", "soon", *FOR_ALL, *title)
    there = (await world.vale.follow("bea", world.hill.handle("soon")))["id"]
    await world.hill.say("ann", f"{world.hill.handle('soon')} Before the door is shut")

    async def is_shown() -> bool:
        return await id_of(world.vale, "bea", "Before the door is shut") != ""

    await until(is_shown, "the post is at vale")
    await world.hill.do("community", "set", "soon", "--visibility", "closed")

    async def is_let_go() -> bool:
        phone = await world.vale.phone("bea")
        path = f"/api/v1/accounts/relationships?id[]={there}"
        return not (await phone.ask("GET", path))[0]["following"]

    await until(is_let_go, "bea is let go")
    assert await id_of(world.vale, "bea", "Before the door is shut") == ""
