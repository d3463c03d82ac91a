"""One's own pictures are in the page that one takes along, and nobody else's."""

import base64
import tracemalloc

import pytest

from node.base.clock import FakeClock
from node.pictures.forms import Picture
from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from node.topics.files.actions import Said, keep_file, new_file
from node.topics.files.faces import show_picture
from node.topics.portability.archive import archive_page
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN, add_person

ROOM = 1_000_000_000
PICTURE = Picture(b"whole", "image/jpeg", b"small", "image/jpeg", 4, 3, "LEHV6nWB2yk8")


def make_ida(tx):
    account = create_account(
        tx,
        origin=ORIGIN,
        name="ida",
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    return account, actor_by_id(tx, account.actor_id), add_person(tx, "ann")


def with_picture(tx, me, words):
    file = new_file(me.id, "post", PICTURE, Said(words), ORIGIN, NOW)
    keep_file(tx, file, ROOM)
    publish(tx, me, Draft(text="Look", file_ids=(file.id,)), NOW)
    return file


def with_face(tx, me):
    file = new_file(me.id, "face", PICTURE, Said(), ORIGIN, NOW)
    show_picture(tx, me, file, ROOM, NOW)
    return file


def with_banner(tx, me):
    file = new_file(me.id, "banner", PICTURE, Said(), ORIGIN, NOW)
    show_picture(tx, me, file, ROOM, NOW)
    return file


def source_of(body):
    return f'src="data:image/jpeg;base64,{base64.b64encode(body).decode()}"'


async def page_of(database, account, get):
    return "".join([one async for one in archive_page(database, FakeClock(NOW), account, get)])


@pytest.mark.feature("V03")
async def test_the_page_holds_ones_whole_pictures_with_what_they_show_and_ones_face_and_banner(
    database,
):
    account, ida, ann = await database.write(make_ida)
    mine = await database.write(with_picture, ida, 'A <lake> & "hills"')
    hers = await database.write(with_picture, ann, "Not mine")
    face = await database.write(with_face, ida)
    banner = await database.write(with_banner, ida)
    bodies = {mine.key: b"my picture", hers.key: b"her picture", face.key: b"my face"}
    bodies[banner.key] = b"my banner"

    page = await page_of(database, account, bodies.get)

    found = [source_of(bodies[one.key]) in page for one in (mine, face, banner, hers)]
    assert found == [True, True, True, False]
    assert 'alt="A &lt;lake&gt; &amp; &#34;hills&#34;"' in page


async def test_a_picture_whose_bytes_went_meanwhile_is_left_out(database):
    account, ida, _ = await database.write(make_ida)
    await database.write(with_picture, ida, "A lake")

    assert "data:image" not in await page_of(database, account, {}.get)


@pytest.mark.threat("T102")
async def test_memory_does_not_grow_with_the_number_of_pictures(database):
    account, ida, _ = await database.write(make_ida)
    for _number in range(40):
        await database.write(with_picture, ida, "A lake")

    tracemalloc.start()
    sizes = [
        len(one)
        async for one in archive_page(
            database, FakeClock(NOW), account, lambda _name: bytes(1_000_000)
        )
    ]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sum(sizes) > 50_000_000
    assert peak < 12_000_000
