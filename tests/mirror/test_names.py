"""Two names of one person, as another node sees them: nothing that it got puts them together."""

import json
import re
from datetime import datetime

import aiohttp
import pytest

from federation.documents.media_types import ACTIVITY_TYPE
from tests.mirror.neighbour import plain, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
APART_S = 1
LONG = re.compile(r"[A-Za-z0-9+/=_-]{20,}")


async def rows(place, table):
    found = await place.do("data", "rows", table, "--limit", "10000", "--format", "json")
    return json.loads(found)


async def document(place, name):
    headers = {"Accept": ACTIVITY_TYPE}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{place.url}/people/{name}", headers=headers) as reply,
    ):
        return await reply.json(content_type=None)


@pytest.mark.feature("C10")
@pytest.mark.feature("M10")
@pytest.mark.threat("T88")
async def test_nothing_that_a_node_got_of_two_names_says_that_they_are_one_persons(world):
    hill, vale, moor = world.hill, world.vale, world.moor
    await moor.add("rose")
    bob = await moor.follow("rose", vale.handle("bob"))
    walkers = await moor.find("rose", hill.handle("walkers"))
    way = f"/another-name/{walkers['id']}"
    await moor.press("rose", way, user_name="birch", shown_name="Birch")
    await joined(moor, walkers)
    page = f"/new?with={hill.handle('walkers')}"
    text = f"{hill.handle('walkers')} A walk on Sunday"
    await moor.press("rose", page, "/new", text=text, visibility="public")
    await moor.say("rose", f"{vale.handle('bob')} A word of rose")
    for words, path in (
        ("A walk on Sunday", f"/seen/people/{world.walkers_there['vale']}"),
        ("A word of rose", "/notifications"),
    ):
        await until(lambda w=words, p=path: said(vale, "bob", p, w), f"{words} is at vale")

    for place in (vale, hill):
        got = await rows(place, "arrival") + await rows(place, "actor") + await rows(place, "post")
        texts = [json.dumps(one) for one in got]
        assert any("/people/birch" in one for one in texts)
        assert [one for one in texts if "/people/birch" in one and "/people/rose" in one] == []
    await check_documents(await document(moor, "rose"), await document(moor, "birch"))
    await check_keys(vale)
    await check_blocks(world, moor, walkers, bob)
    await check_ending(world)


async def joined(moor, walkers):
    async def is_in():
        shown = await moor.page("rose", f"/seen/people/{walkers['id']}")
        return "You are a member" in shown and ">Birch</strong> here." in shown

    await until(is_in, "birch is a member")


async def said(place, who, path, words):
    return words in plain(await place.page(who, path))


async def check_documents(rose, birch):
    """No value of one stands in the other, but what every person of the node has."""
    mine, theirs = (set(LONG.findall(json.dumps(one))) for one in (rose, birch))
    common = {one for one in mine & theirs if "MII" in one or len(one) > 60}
    assert rose["publicKey"]["publicKeyPem"] != birch["publicKey"]["publicKeyPem"]
    assert common == set()
    assert "rose" not in json.dumps(birch)
    assert "birch" not in json.dumps(rose)
    for one in (rose, birch):
        at = datetime.fromisoformat(one["published"])
        assert (at.hour, at.minute, at.second) == (0, 0, 0)


async def check_keys(vale):
    """Each name has keys of its own."""
    keys = [one for one in await rows(vale, "actor_key") if "/people/" in one["iri"]]
    known = {
        name: {one["public_key"] for one in keys if f"/people/{name}#" in one["iri"]}
        for name in ("rose", "birch")
    }
    assert known["rose"]
    assert known["birch"]
    assert not known["rose"] & known["birch"]


async def check_blocks(world, moor, walkers, bob):
    """bob blocks birch: rose reaches him no more, and his node hears nothing that says why."""
    vale = world.vale
    birch = await vale.find("bob", moor.handle("birch"))
    await vale.press("bob", f"/apart/{birch['id']}", "/block", actor=str(birch["id"]))
    await until(lambda: has_block(moor), "the block is at moor")
    before = {one["activity_iri"] for one in await rows(vale, "arrival")}
    await moor.say("rose", f"{vale.handle('bob')} Do you hear me?")
    await moor.say("rose", "For those who follow")

    got = [one for one in await rows(vale, "arrival") if one["activity_iri"] not in before]
    assert [one for one in got if "Do you hear me" in (one["body"] or "")] == []
    assert not await said(vale, "bob", "/notifications", "Do you hear me")


async def has_block(moor):
    return bool(await rows(moor, "block"))


async def check_ending(world):
    """rose leaves: that she is gone is told at once, and of birch nothing for now."""
    vale, moor = world.vale, world.moor
    await moor.do("account", "delete", "rose", "--yes")

    async def has_heard():
        got = [one for one in await rows(vale, "arrival") if one["kind"] == "Delete"]
        return [one for one in got if "/people/rose" in one["actor_iri"]]

    await until(has_heard, "vale has heard that rose is gone")
    got = [one for one in await rows(vale, "arrival") if one["kind"] == "Delete"]
    assert [one for one in got if "/people/birch" in one["actor_iri"]] == []
    assert (await document(moor, "birch"))["type"] == "Tombstone"
    waiting = [one for one in await rows(moor, "delivery") if one["state"] == "waiting"]
    assert waiting
    assert "birch" not in await moor.do("account", "list")
