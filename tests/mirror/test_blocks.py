"""A block, and its end, are seen on both nodes, in apps and on pages."""

import pytest

from tests.mirror.conftest import id_of
from tests.mirror.neighbour import plain, until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),
    pytest.mark.feature("M10"),
]


async def relation(place, who: str, other_id: str) -> dict:
    phone = await place.phone(who)
    (found,) = await phone.ask("GET", f"/api/v1/accounts/relationships?id[]={other_id}")
    return found


@pytest.mark.mirrors("mastodon/block", "mastodon/undo_block")
async def test_a_block_parts_two_people_on_both_nodes_and_can_be_lifted(world):
    hill, moor = world.hill, world.moor
    cat_there = (await hill.follow("ann", moor.handle("cat")))["id"]
    ann_there = (await moor.follow("cat", hill.handle("ann")))["id"]
    await hill.say("ann", "Before the block")

    async def arrived() -> str:
        for one in await (await moor.phone("cat")).ask("GET", "/api/v1/timelines/home?limit=40"):
            if "Before the block" in one["content"]:
                return str(one["id"])
        return ""

    at_moor = await until(arrived, "cat has what ann wrote")
    assert await moor.has("cat", at_moor)

    await hill.press("ann", f"/apart/{cat_there}", to="/block", actor=cat_there)
    assert "You have blocked them" in await hill.page("ann", f"/seen/people/{cat_there}")

    async def is_parted() -> bool:
        found = await relation(moor, "cat", ann_there)
        return found["blocked_by"] and not found["following"] and not found["followed_by"]

    await until(is_parted, "moor knows of the block")
    here = await relation(hill, "ann", cat_there)
    assert (here["blocking"], here["following"], here["followed_by"]) == (True, False, False)
    assert not await moor.has("cat", at_moor)
    assert "Before the block" not in await moor.page("cat", f"/seen/people/{ann_there}")
    assert "blocked" not in await moor.page("cat", f"/seen/people/{ann_there}")
    assert (
        await (await moor.phone("cat")).ask("POST", f"/api/v1/accounts/{ann_there}/follow") is None
    )

    await moor.say("cat", f"{hill.handle('walkers')} {hill.handle('ann')} Can you hear me?")
    await until(lambda: id_of(world.vale, "bea", "Can you hear me?"), "hill has passed it on")
    told = await (await hill.phone("ann")).ask("GET", "/api/v1/notifications")
    assert not any("hear me" in one["status"]["content"] for one in told if "status" in one)
    assert await id_of(hill, "ann", "Can you hear me?") == ""
    listed = await (await hill.phone("ann")).ask("GET", "/api/v1/blocks")
    assert [one["id"] for one in listed] == [cat_there]
    assert moor.handle("cat") in await hill.page("ann", "/settings/blocked")

    await hill.press("ann", "/settings/blocked", to="/unblock", actor=cat_there)

    async def is_over() -> bool:
        return not (await relation(moor, "cat", ann_there))["blocked_by"]

    await until(is_over, "moor knows that it is lifted")
    assert await moor.has("cat", at_moor)


@pytest.mark.mirrors("mastodon/block")
async def test_whom_somebody_blocks_answers_nobody_in_what_they_began_on_either_node(world):
    hill, moor = world.hill, world.moor
    ann_there = (await moor.follow("cat", hill.handle("ann")))["id"]
    began = await hill.say("ann", "Who walks with me?")
    at_moor = await until(lambda: id_of(moor, "cat", "Who walks with me?"), "cat has it")
    cats = await moor.say("cat", f"{hill.handle('ann')} I do", in_reply_to_id=at_moor)

    async def answers() -> list[str]:
        phone = await hill.phone("ann")
        found = await phone.ask("GET", f"/api/v1/statuses/{began['id']}/context")
        return [plain(one["content"]) for one in found["descendants"]]

    async def has_come() -> bool:
        return any("I do" in text for text in await answers())

    await until(has_come, "ann has the answer")
    cat_here = (await hill.find("ann", moor.handle("cat")))["id"]
    await hill.press("ann", f"/apart/{cat_here}", to="/block", actor=cat_here)

    async def is_parted() -> bool:
        return bool((await relation(moor, "cat", ann_there))["blocked_by"])

    await until(is_parted, "moor knows of the block")
    phone = await moor.phone("cat")
    again = {"status": "And again", "in_reply_to_id": cats["id"]}
    assert await phone.ask("POST", "/api/v1/statuses", **again) is None
    page = await moor.page("cat", f"/seen/posts/{cats['id']}")
    assert "You cannot answer in this conversation." in page
    assert await answers() == []

    await hill.press("ann", "/settings/blocked", to="/unblock", actor=cat_here)

    async def is_over() -> bool:
        return not (await relation(moor, "cat", ann_there))["blocked_by"]

    await until(is_over, "moor knows that it is lifted")
    await moor.say("cat", f"{hill.handle('ann')} Thank you", in_reply_to_id=cats["id"])

    async def is_back() -> bool:
        return any("Thank you" in text for text in await answers())

    await until(is_back, "ann reads cat again")
