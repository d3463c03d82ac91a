"""A closed community whose members live on three nodes: coming in, speaking, leaving (F13, C11).

dee organises `circle` at hill; eve lives at vale, gus at moor. zoe of vale belongs to nothing.
"""

import json

import pytest
import pytest_asyncio

from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import THRICE_A_MINUTE_S, Neighbour, plain, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

CLOSED = ("--visibility", "closed", "--join", "approval", "--elsewhere")
BY_DEE = ("--by", "dee")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(world: World) -> World:
    """The people, the community, and eve and gus as its members."""
    await world.hill.add("dee")
    await world.vale.add("eve")
    await world.vale.add("zoe")
    await world.moor.add("gus")
    await found(world, "circle")
    for place, who in ((world.vale, "eve"), (world.moor, "gus")):
        await come_in(world, "circle", place, who)
    return world


async def found(world: World, name: str, *options: str) -> None:
    words = ("--title", name.title(), "--organiser", "dee", *CLOSED, *options)
    await world.hill.do("community", "create", name, *words)


async def ask(world: World, name: str, place: Neighbour, who: str) -> str:
    """Somebody asks to belong to a community of hill, and waits there; its id where they live."""
    whom = await place.find(who, world.hill.handle(name))
    await (await place.phone(who)).ask("POST", f"/api/v1/accounts/{whom['id']}/follow")

    async def waits() -> bool:
        waiting = await world.hill.do("community", "waiting", name, *BY_DEE)
        return place.handle(who).lstrip("@") in waiting

    await until(waits, f"{who} waits for {name}")
    return str(whom["id"])


async def come_in(world: World, name: str, place: Neighbour, who: str) -> str:
    """Somebody asks to belong to a community of hill and is let in; its id where they live."""
    group_id = await ask(world, name, place, who)
    await world.hill.do("community", "let-in", name, place.handle(who), *BY_DEE, "--confirm")

    async def is_in() -> bool:
        return bool((await relation(place, who, group_id))["following"])

    await until(is_in, f"{who} is in {name}")
    return group_id


async def relation(place: Neighbour, who: str, account_id: str) -> dict:
    phone = await place.phone(who)
    return dict((await phone.ask("GET", f"/api/v1/accounts/relationships?id[]={account_id}"))[0])


def all_three(world: World) -> tuple[tuple[str, Neighbour, str], ...]:
    return (
        ("hill", world.hill, "dee"),
        ("vale", world.vale, "eve"),
        ("moor", world.moor, "gus"),
    )


async def everywhere(world: World, text: str) -> dict[str, str]:
    """The ids of the post with these words at each node, once its members there have it."""
    ids = {}
    for name, place, who in all_three(world):

        async def seen(place: Neighbour = place, who: str = who) -> str:
            return await id_of(place, who, text)

        ids[name] = await until(seen, f"{text} is at {name}")
    return ids


@pytest.mark.feature("C11", "F13", "J3.4")
@pytest.mark.threat("T23")
@pytest.mark.mirrors("lemmy/follow_group", "lemmy/accept", "lemmy/announce_behind_door")
async def test_what_is_said_behind_a_closed_door_reaches_its_members_elsewhere_and_nobody_else(
    world,
):
    await world.hill.say("dee", f"{world.hill.handle('circle')} Only between us")

    ids = await everywhere(world, "Only between us")

    shown = await world.vale.status("eve", ids["vale"])
    assert shown["visibility"] == "private"
    assert await world.vale.has("eve", ids["vale"])
    assert not await world.vale.has("zoe", ids["vale"])
    assert not await world.vale.has("bea", ids["vale"])
    assert not await world.moor.has("cat", ids["moor"])


@pytest.mark.feature("F13", "J3.5")
@pytest.mark.threat("T98")
@pytest.mark.mirrors("lemmy/create_behind_door", "lemmy/announce_behind_door")
async def test_a_post_of_a_member_elsewhere_and_an_answer_from_a_third_node_reach_all(world):
    circle = world.hill.handle("circle")
    await world.vale.say("eve", f"{circle} From the valley")
    ids = await everywhere(world, "From the valley")
    await world.moor.say("gus", "An answer from the moor", in_reply_to_id=ids["moor"])
    await everywhere(world, "An answer from the moor")
    await world.hill.say("dee", "An answer from the hill", in_reply_to_id=ids["hill"])
    answers = await everywhere(world, "An answer from the hill")

    orders = []
    for name, place, who in all_three(world):
        found = await (await place.phone(who)).ask("GET", f"/api/v1/statuses/{ids[name]}/context")
        orders.append([plain(one["content"]) for one in found["descendants"]])
        assert {one["visibility"] for one in found["descendants"]} == {"private"}
    assert orders[0] == orders[1] == orders[2]
    assert len(orders[0]) == 2
    assert not await world.vale.has("zoe", answers["vale"])


@pytest.mark.feature("F13")
@pytest.mark.mirrors("lemmy/delete_page", "lemmy/announce_delete")
async def test_an_edit_and_a_delete_behind_a_closed_door_take_effect_on_all_three(world):
    circle = world.hill.handle("circle")
    said = await world.moor.say("gus", f"{circle} First words of gus")
    ids = await everywhere(world, "First words of gus")
    phone = await world.moor.phone("gus")

    path = f"/api/v1/statuses/{said['id']}"
    await phone.ask("PUT", path, status=f"{circle} Second words of gus")

    for name, place, who in all_three(world):

        async def is_changed(name: str = name, place: Neighbour = place, who: str = who) -> bool:
            return "Second words" in (await place.status(who, ids[name])).get("content", "")

        await until(is_changed, f"the edit is at {name}")
    assert (await world.vale.status("eve", ids["vale"]))["visibility"] == "private"

    await phone.ask("DELETE", path)

    for name, place, who in all_three(world):

        async def is_gone(name: str = name, place: Neighbour = place, who: str = who) -> bool:
            return not await place.status(who, ids[name])

        await until(is_gone, f"it is gone at {name}")


@pytest.mark.feature("C04", "F13", "J2.5", "J3.8")
@pytest.mark.mirrors("lemmy/reject_with_reason")
async def test_a_refusal_and_its_reason_reach_whoever_asked_on_their_own_node(world):
    await found(world, "choir")
    group_id = await ask(world, "choir", world.vale, "zoe")

    words = (*BY_DEE, "--reason", "We are full until spring")
    await world.hill.do("community", "turn-away", "choir", world.vale.handle("zoe"), *words)

    async def is_told() -> bool:
        return "We are full until spring" in await world.vale.page("zoe", "/notifications")

    await until(is_told, "zoe is told why")
    held = await relation(world.vale, "zoe", group_id)
    assert not held["requested"]
    assert not held["following"]


@pytest.mark.feature("F13")
@pytest.mark.threat("T97")
@pytest.mark.mirrors("lemmy/undo_follow")
async def test_who_leaves_reads_nothing_more_of_what_was_said(world):
    await found(world, "knitters")
    knitters = world.hill.handle("knitters")
    group_id = await come_in(world, "knitters", world.vale, "eve")
    await come_in(world, "knitters", world.moor, "gus")
    await world.hill.say("dee", f"{knitters} While eve was in it")
    there = await until(lambda: id_of(world.vale, "eve", "While eve was in it"), "eve reads it")

    await world.vale.press("eve", f"/seen/people/{group_id}", to="/unfollow", actor=group_id)

    assert not await world.vale.has("eve", there)
    await until(lambda: is_gone_from(world, "knitters", "eve"), "hill knows that eve left")
    await world.hill.say("dee", f"{knitters} After eve had left")
    await until(lambda: id_of(world.moor, "gus", "After eve had left"), "gus reads it")
    rows = await world.vale.do("data", "rows", "post", "--limit", "1000", "--format", "json")
    assert "After eve had left" not in rows


async def is_gone_from(world: World, name: str, who: str) -> bool:
    rows = await world.hill.do("data", "rows", "membership", "--limit", "1000", "--format", "json")
    people = await world.hill.do("data", "rows", "actor", "--limit", "1000", "--format", "json")
    ids = {one["iri"].rpartition("/")[2]: one["id"] for one in json.loads(people) if one["host"]}
    pairs = {(one["community_id"], one["actor_id"]) for one in json.loads(rows)}
    return (ids[name], ids[who]) not in pairs


@pytest.mark.feature("F13")
@pytest.mark.threat("T88", "T97")
async def test_what_was_said_before_is_there_for_whoever_comes_in_and_the_home_tells_no_other_node(
    world,
):
    """The words of gus, of a third node, come with his own proof: moor is asked for nothing."""
    await found(world, "weavers")
    weavers = world.hill.handle("weavers")
    await come_in(world, "weavers", world.moor, "gus")
    await world.hill.say("dee", f"{weavers} Said long before")
    before = await until(lambda: id_of(world.moor, "gus", "Said long before"), "gus reads it")
    await world.moor.say("gus", "Answered long before", in_reply_to_id=before)
    await until(lambda: id_of(world.hill, "dee", "Answered long before"), "dee reads it")

    group_id = await come_in(world, "weavers", world.vale, "eve")

    async def is_shown() -> bool:
        path = f"/api/v1/accounts/{group_id}/statuses"
        shown = await world.vale.texts("eve", path)
        return any("Said long before" in one for one in shown)

    await until(is_shown, "eve sees what was said before")

    async def is_answered() -> bool:
        path = f"/api/v1/accounts/{group_id}/statuses"
        for one in await (await world.vale.phone("eve")).ask("GET", path):
            if "Said long before" in one["content"]:
                found = await (await world.vale.phone("eve")).ask(
                    "GET", f"/api/v1/statuses/{one['id']}/context"
                )
                return [plain(each["content"]) for each in found["descendants"]] == [
                    "Answered long before"
                ]
        return False

    await until(is_answered, "eve sees the answer of gus below it")
    assert await world.vale.texts("zoe", f"/api/v1/accounts/{group_id}/statuses") == []


@pytest.mark.feature("F13", "F12", "J3.6")
@pytest.mark.threat("T97")
@pytest.mark.mirrors("hedgerow/delete_of_all_said", "hedgerow/accept_of_delete")
async def test_when_its_last_member_is_let_go_a_node_removes_all_of_it_and_says_so(world):
    await found(world, "potters")
    potters = world.hill.handle("potters")
    await come_in(world, "potters", world.vale, "eve")
    await come_in(world, "potters", world.moor, "gus")
    await world.hill.say("dee", f"{potters} Clay and canary")
    await until(lambda: id_of(world.vale, "eve", "Clay and canary"), "eve reads it")
    await until(lambda: id_of(world.moor, "gus", "Clay and canary"), "gus reads it")
    assert "holds it" in await holder(world, "potters", world.vale)

    await world.hill.do("community", "turn-away", "potters", world.vale.handle("eve"), *BY_DEE)

    async def is_removed() -> bool:
        return "has removed it" in await holder(world, "potters", world.vale)

    await until(is_removed, "vale says that it has removed it", THRICE_A_MINUTE_S)
    for table in ("post", "arrival", "outbox_entry", "home_entry", "notification"):
        rows = await world.vale.do("data", "rows", table, "--limit", "1000", "--format", "json")
        assert "canary" not in rows, table
    assert "holds it" in await holder(world, "potters", world.moor)
    assert await id_of(world.moor, "gus", "Clay and canary")


async def holder(world: World, name: str, place: Neighbour) -> str:
    """What hill knows of what a node holds of a community."""
    lines = (await world.hill.do("community", "holders", name, *BY_DEE)).splitlines()
    return next((line for line in lines if line.startswith(place.host)), "")
