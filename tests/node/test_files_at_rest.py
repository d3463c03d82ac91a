"""What is used for nothing leaves the disk: rows and bytes, within a minute; strays after a day."""

import asyncio
import time

import pytest

from node.base.clock import FakeClock
from node.base.errors import Busy
from node.db.blob_names import names_of
from node.db.blobs import FolderBlobs
from node.files_at_rest import clear_away, clear_strays
from node.pictures.forms import Picture
from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from node.topics.files.actions import Said, keep_file, new_file
from node.topics.files.faces import show_no_picture, show_picture
from node.topics.files.store import put_file
from node.topics.portability.deletion import delete_own_account
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN

ROOM = 1_000_000_000
DAY_S = 86_400
PICTURE = Picture(b"whole", "image/jpeg", b"small", "image/jpeg", 4, 3, "LEHV6nWB2yk8")


class Full(FolderBlobs):
    """A store that does not answer."""

    def delete(self, names):
        raise Busy("not now", retry_after_s=60)


@pytest.fixture
def blobs(tmp_path):
    return FolderBlobs(tmp_path / "files")


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
    return account, actor_by_id(tx, account.actor_id)


@pytest.fixture
async def ida(database):
    return await database.write(make_ida)


async def sent(database, blobs, me, use="post"):
    """A file of that use whose bytes lie in the store; a face or banner is shown."""
    file = new_file(me.id, use, PICTURE, Said(), ORIGIN, NOW)
    for name, body in zip(names_of(file.key), (PICTURE.whole, PICTURE.small), strict=True):
        blobs.put(name, body)
    if use == "post":
        await database.write(keep_file, file, ROOM)
    else:
        await database.write(show_picture, me, file, ROOM, NOW)
    return file


def on_disk(tmp_path):
    return sorted(one.name for one in (tmp_path / "files").rglob("*") if one.is_file())


@pytest.mark.threat("T68")
async def test_a_deleted_post_takes_its_pictures_off_the_disk(database, blobs, ida, tmp_path):
    _, me = ida
    kept, gone = [await sent(database, blobs, me) for _ in range(2)]
    ids = [
        await database.write(publish, me, Draft(text="Look", file_ids=(one.id,)), NOW)
        for one in (kept, gone)
    ]
    assert len(on_disk(tmp_path)) == 4

    await database.write(delete, me, ids[1], NOW)
    await clear_away(database, blobs, FakeClock(NOW))

    assert on_disk(tmp_path) == sorted(names_of(kept.key))


@pytest.mark.threat("T68")
async def test_a_deleted_account_takes_all_its_pictures_off_the_disk(
    database, blobs, ida, tmp_path
):
    account, me = ida
    file = await sent(database, blobs, me)
    await database.write(publish, me, Draft(text="Look", file_ids=(file.id,)), NOW)
    for use in ("face", "banner"):
        await sent(database, blobs, me, use)
    assert len(on_disk(tmp_path)) == 6

    await database.write(delete_own_account, account, NOW, "key")
    await clear_away(database, blobs, FakeClock(NOW))

    assert on_disk(tmp_path) == []


async def test_a_face_that_is_changed_or_taken_off_leaves_the_disk(database, blobs, ida, tmp_path):
    _, me = ida
    await sent(database, blobs, me, "face")
    new = await sent(database, blobs, me, "face")

    await clear_away(database, blobs, FakeClock(NOW))
    assert on_disk(tmp_path) == sorted(names_of(new.key))
    now_me = await database.read(actor_by_id, me.id)
    await database.write(show_no_picture, now_me, "face", NOW)
    await clear_away(database, blobs, FakeClock(NOW))

    assert on_disk(tmp_path) == []


@pytest.mark.threat("T68")
async def test_what_was_sent_and_never_used_leaves_the_disk_after_a_day(
    database, blobs, ida, tmp_path
):
    _, me = ida
    await sent(database, blobs, me)

    await clear_away(database, blobs, FakeClock(NOW + DAY_S - 1))
    assert len(on_disk(tmp_path)) == 2
    await clear_away(database, blobs, FakeClock(NOW + DAY_S))

    assert on_disk(tmp_path) == []


async def test_where_the_store_does_not_answer_it_is_put_off_and_done_later(
    database, blobs, ida, tmp_path
):
    _, me = ida
    await sent(database, blobs, me)
    later = FakeClock(NOW + DAY_S)

    with pytest.raises(Busy):
        await clear_away(database, Full(tmp_path / "files"), later)
    assert len(on_disk(tmp_path)) == 2

    assert await clear_away(database, blobs, later) == 1
    assert on_disk(tmp_path) == []


async def test_strays_are_kept_for_one_look_and_known_files_for_good(
    database, blobs, ida, tmp_path
):
    _, me = ida
    file = await sent(database, blobs, me)
    stray = names_of("ab" * 16)
    for name in stray:
        blobs.put(name, b"stray")

    first = await clear_strays(database, blobs, set())
    assert (first, len(on_disk(tmp_path))) == (set(stray), 4)
    second = await clear_strays(database, blobs, first)

    assert second == set()
    assert on_disk(tmp_path) == sorted(names_of(file.key))


async def test_a_file_that_is_being_sent_is_not_taken_for_a_stray(database, blobs, ida, tmp_path):
    """Its bytes are there before its row: it was a stray at one look, and is none at the next."""
    _, me = ida
    file = new_file(me.id, "post", PICTURE, Said(), ORIGIN, NOW)
    blobs.put(file.key, PICTURE.whole)
    before = await clear_strays(database, blobs, set())
    await database.write(keep_file, file, ROOM)

    assert before == {file.key}
    assert await clear_strays(database, blobs, before) == set()
    assert on_disk(tmp_path) == [file.key]


@pytest.mark.slow
@pytest.mark.threat("T68")
@pytest.mark.timeout(300)
async def test_ten_thousand_files_are_purged_within_a_minute(database, blobs, ida, tmp_path):
    _, me = ida
    files = [new_file(me.id, "post", PICTURE, Said(), ORIGIN, NOW) for _ in range(10_000)]

    for start in range(0, len(files), 50):
        await database.write(put_files, files[start : start + 50])
    await asyncio.to_thread(write_plainly, tmp_path / "files", [one.key for one in files])
    assert len(on_disk(tmp_path)) == 20_000

    started = time.monotonic()
    assert await clear_away(database, blobs, FakeClock(NOW + DAY_S)) == 10_000
    took_s = time.monotonic() - started

    assert took_s < 60
    assert on_disk(tmp_path) == []


def put_files(tx, files):
    for file in files:
        put_file(tx, file)


def write_plainly(folder, keys):
    """As `put` does, without waiting for the disk."""
    for key in keys:
        (folder / key[:2]).mkdir(parents=True, exist_ok=True)
        for name in names_of(key):
            (folder / key[:2] / name).write_bytes(b"x")
