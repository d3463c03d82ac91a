"""Pictures of a closed community whose members live on several nodes (F13, V01, C11).

dee organises `circle` at hill; eve of vale and gus of moor belong to it. zoe of vale does not.
"""

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from federation.signatures import load_signing_key, sign_request
from node.base.clock import Clock
from node.base.config import read_config
from node.db.open import open_database
from node.db.tx import Tx
from node.topics.files.store import SMALL
from tests.mirror.conftest import World, id_of
from tests.mirror.neighbour import THRICE_A_MINUTE_S, Neighbour, until
from tests.mirror.test_private import come_in, found
from tests.pictures import a_picture, opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

IMAGE = re.compile(r'<img src="(/copies/[^"]+)" alt="([^"]*)"')
WITHIN_S = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(world: World) -> World:
    """The people; eve and gus belong to `circle`, and eve to `pair` as well."""
    await world.hill.add("dee")
    for name in ("eve", "zoe"):
        await world.vale.add(name)
    await world.moor.add("gus")
    for name in ("circle", "pair"):
        await found(world, name)
        await come_in(world, name, world.vale, "eve")
    await come_in(world, "circle", world.moor, "gus")
    return world


async def shown_picture(place: Neighbour, who: str, text: str) -> str:
    """Somebody publishes a post with a picture from their app; the address of the picture."""
    phone = await place.phone(who)
    sent = await phone.ask(
        "POST", "/api/v2/media", file=BytesIO(a_picture()), description="Two paths"
    )
    await phone.ask("POST", "/api/v1/statuses", **{"status": text, "media_ids[]": sent["id"]})
    return str(sent["url"]).partition("?")[0]


async def copy_shown(place: Neighbour, who: str, text: str) -> tuple[str, str]:
    """The id of a post where somebody reads it, and where its picture is shown on their page."""
    post_id = await until(lambda: id_of(place, who, text), f"{who} reads {text}")

    async def shown() -> str:
        image = IMAGE.search(await place.page(who, f"/seen/posts/{post_id}"))
        return unescape(image[1]) if image else ""

    return post_id, await until(shown, f"{who} sees the picture of {text}")


async def got(place: Neighbour, who: str, path: str) -> tuple[int, bytes]:
    session = await place.browser(who)
    async with session.get(f"{place.url}{path}") as reply:
        return reply.status, await reply.read()


async def asked(url: str, **headers: str) -> tuple[int, bytes]:
    """What a request of nobody here is answered."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as reply:
        return reply.status, await reply.read()


async def signed_by(place: Neighbour, url: str) -> dict[str, str]:
    """The headers with which a node asks in its own name."""
    await place.node.end()
    config, now = read_config(place.node.folder), Clock().now()
    db = await open_database(config.database.url, config.data, now)
    try:
        row = await db.read(key_row)
    finally:
        await db.close()
    await place.start()
    key = load_signing_key(row["iri"], row["private_key"])
    return sign_request("GET", url, None, key, Clock().now(), "cavage")


def key_row(tx: Tx) -> Any:
    return tx.one(
        """
        select k.iri, k.private_key from actor_key k join actor a on a.id = k.actor_id
        where a.local = 1 and a.kind = 'Application' and k.algorithm = 'rsa'
        """
    )


def bytes_in(place: Neighbour) -> list[str]:
    """The names of all that lies in the folder of files of a node."""
    return sorted(one.name for one in Path(place.node.folder).glob("**/files/*/*"))


@pytest.mark.feature("F13", "V01", "C11", "F16")
@pytest.mark.threat("T66", "T88")
async def test_a_picture_behind_a_door_is_seen_by_members_elsewhere_and_by_nobody_else(world):
    hill, vale = world.hill, world.vale
    text = "Where we walked"
    address = await shown_picture(hill, "dee", f"{hill.handle('circle')} {text}")
    post_id, path = await copy_shown(vale, "eve", text)
    whole = path.replace(SMALL, "")

    status, body = await got(vale, "eve", whole)

    assert (status, opened(body).size) == (200, (640, 480))
    assert opened((await got(vale, "eve", path))[1]).size == (480, 360)
    assert (await got(vale, "zoe", whole))[0] == 404
    assert (await asked(f"{vale.url}{whole}"))[0] == 404
    assert (await asked(address))[0] == 404
    media = (await vale.status("eve", post_id))["media_attachments"][0]
    assert (await asked(media["url"]))[1] == body


@pytest.mark.feature("V01")
@pytest.mark.threat("T88")
async def test_a_node_without_a_member_is_given_nothing_by_its_signature(world):
    hill = world.hill
    text = "Only for the two of us"
    address = await shown_picture(hill, "dee", f"{hill.handle('pair')} {text}")
    await copy_shown(world.vale, "eve", text)

    with_member = await asked(address, **await signed_by(world.vale, address))
    without = await asked(address, **await signed_by(world.moor, address))

    assert (with_member[0], without[0]) == (200, 404)


@pytest.mark.feature("F16")
@pytest.mark.threat("T67", "T68")
async def test_a_minute_after_a_post_is_deleted_its_picture_is_on_no_disk(world):
    hill, vale = world.hill, world.vale
    text = "Gone tomorrow"
    address = await shown_picture(hill, "dee", f"{hill.handle('circle')} {text}")
    _, path = await copy_shown(vale, "eve", text)
    key = path.removeprefix("/copies/").partition(SMALL)[0]
    assert {key, f"{key}{SMALL}"} <= set(bytes_in(vale))
    at_hill = address.rpartition("/")[2].partition(".")[0]
    assert at_hill in bytes_in(hill)
    here = await until(lambda: id_of(hill, "dee", text), "dee sees her own")

    await hill.press("dee", f"/delete/{here}")

    async def is_gone() -> bool:
        there, at_home = bytes_in(vale), bytes_in(hill)
        return key not in there and f"{key}{SMALL}" not in there and at_hill not in at_home

    await until(is_gone, "the picture is on no disk", WITHIN_S)


@pytest.mark.feature("F13", "F16")
@pytest.mark.threat("T88", "T97")
async def test_when_the_last_member_of_a_node_is_let_go_its_pictures_go(world):
    hill, vale = world.hill, world.vale
    text = "Before she went"
    await shown_picture(hill, "dee", f"{hill.handle('pair')} {text}")
    _, path = await copy_shown(vale, "eve", text)
    key = path.removeprefix("/copies/").partition(SMALL)[0]

    await hill.do(
        "community", "turn-away", "pair", vale.handle("eve"), "--by", "dee", "--reason", "x"
    )

    async def is_gone() -> bool:
        return key not in bytes_in(vale)

    await until(is_gone, "no copy is left at vale", THRICE_A_MINUTE_S)
