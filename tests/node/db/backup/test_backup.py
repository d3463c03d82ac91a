"""A backup holds everything, is readable by the key alone, and is whole or not there."""

import os
import sys
import threading
from contextlib import contextmanager

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.base.config import read_config
from node.base.errors import Refused
from node.db.backup import encryption
from node.db.backup.read import verify_backup
from node.db.backup.recovery_key import new_recovery_key
from node.db.backup.restore import restore_backup
from node.db.open import open_database
from tests.backups import CANARY, every_row, quiet
from tests.neighbours import NOW, add_person
from tests.node.db.test_writer import SmallFiles
from tests.schema import columns


@pytest.mark.feature("O05")
@pytest.mark.promise("R12")
async def test_everything_comes_back_on_another_machine(place, tmp_path):
    path = place.backup(tmp_path / "b.age")

    restored = place.restore(path, tmp_path / "elsewhere" / "data")

    held = {"hedgerow.toml", "hedgerow.db", "hedgerow.lock", "backup.pub"}
    assert {one.name for one in restored.data.iterdir()} <= held
    assert {one.stat().st_mode & 0o077 for one in (restored.data, *restored.data.iterdir())} == {0}
    assert every_row(restored) == every_row(place.config)
    assert restored.node == place.config.node
    locks = [(one.data / "backup.pub").read_bytes() for one in (restored, place.config)]
    assert locks[0] == locks[1]


async def test_the_restored_store_is_one_to_go_on_with(place, tmp_path):
    restored = place.restore(place.backup(tmp_path / "b.age"), tmp_path / "new")
    db = await open_database(restored.database.url, restored.data, NOW)

    await db.write(lambda tx: add_person(tx, "bea"))
    with pytest.raises(Exception, match="taken"):
        await db.write(lambda tx: add_person(tx, "ann"))
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"):
        await db.write(
            lambda tx: tx.run("insert into bookmark (id, actor_id, post_id) values (1, 2, 3)")
        )

    await db.close()


@pytest.mark.feature("O05")
async def test_a_backup_made_while_the_node_writes_is_of_one_moment(place, tmp_path):
    db = await open_database(place.config.database.url, place.config.data, NOW)
    made = threading.Thread(target=place.backup, args=(tmp_path / "b.age",))
    made.start()
    number = 0
    while made.is_alive():
        await db.write(lambda tx, name=f"p{number}": add_person(tx, name))
        number += 1
    made.join()
    await db.close()

    restored = every_row(place.restore(tmp_path / "b.age", tmp_path / "new"))
    actors = {row[0] for row in restored["actor"]}
    assert number > 0
    assert len(restored["actor_key"]) >= 2 * (len(actors) - 1)
    assert {row[1] for row in restored["actor_key"]} <= actors


@pytest.mark.threat("T101")
def test_a_backup_is_opened_by_the_program_age_alone_and_its_words_are_in_no_other_way(
    place, tmp_path
):
    path = place.backup(tmp_path / "b.age")
    secret = str(place.identity)

    raw = path.read_bytes()
    plain = pyrage.decrypt(raw, [pyrage.x25519.Identity.from_str(secret)])

    assert raw.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert plain[:2] == b"\x1f\x8b"
    assert [word for word in (CANARY, "group.example", "PRIVATE KEY") if word.encode() in raw] == []


opened: list[str] | None = None


def note_opened(event, arguments):
    if opened is not None and event == "open" and isinstance(arguments[0], str):
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            opened.append(arguments[0])


sys.addaudithook(note_opened)


@contextmanager
def watched():
    """Every file that is opened to be written to."""
    global opened
    opened = found = []
    try:
        yield found
    finally:
        opened = None


@pytest.mark.threat("T101")
def test_no_plain_copy_is_ever_on_disk(place, tmp_path, monkeypatch):
    """What is written is looked at after each part, and so is every file that was opened for it."""
    target = tmp_path / "out"
    target.mkdir()
    seen = []
    real = encryption.PartsToRead.read

    def read_and_look(self, size):
        part = real(self, size)
        seen.extend(one.read_bytes() for one in target.iterdir())
        return part

    monkeypatch.setattr(encryption.PartsToRead, "read", read_and_look)
    before = sorted(place.config.data.iterdir())
    with watched() as written:
        place.backup(target / "b.age")
        verify_backup(target / "b.age", place.identity, NOW, quiet)

    outside = [one for one in written if not one.startswith(str(target / ".b.age."))]
    assert [one for one in outside if one != "/dev/null"] == []
    assert written
    assert seen
    assert [one for one in seen if CANARY.encode() in one] == []
    assert sorted(one for one in place.config.data.iterdir() if "-" not in one.name) == [
        one for one in before if "-" not in one.name
    ]


def test_a_backup_never_takes_the_place_of_something(place, tmp_path):
    target = tmp_path / "b.age"
    target.write_text("mine")

    with pytest.raises(Refused, match="already"):
        place.backup(target)
    assert target.read_text() == "mine"
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match="already"):
        place.backup(tmp_path / "link")
    with pytest.raises(Refused, match="outside"):
        place.backup(place.config.data / "b.age")
    with pytest.raises(Refused, match="cannot be written"):
        place.backup(tmp_path / "missing" / "b.age")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_backup_that_is_stopped_leaves_nothing(place, tmp_path, monkeypatch, error):
    (tmp_path / "out").mkdir()

    def fail(_descriptor):
        raise error

    monkeypatch.setattr(encryption.os, "fsync", fail)

    with pytest.raises((Refused, KeyboardInterrupt)):
        place.backup(tmp_path / "out" / "b.age")
    assert list((tmp_path / "out").iterdir()) == []


def test_where_there_is_no_room_it_is_said_and_nothing_stays(place, tmp_path, engine):
    if engine == "postgres":
        pytest.skip("the room is the server's")
    path = place.backup(tmp_path / "b.age")

    with SmallFiles(200_000), pytest.raises(Refused, match="cannot be filled"):
        place.restore(path, tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_how_far_it_is_is_said(place, tmp_path):
    told = []
    path = place.backup(tmp_path / "b.age")

    verify_backup(path, place.identity, NOW, lambda *one: told.append(one))

    assert ("post", 42) in told


async def test_a_drill_says_what_is_in_a_backup_of_either_engine(place, tmp_path):
    path = place.backup(tmp_path / "b.age", NOW + 60)

    found = verify_backup(path, place.identity, NOW + 99, quiet)

    assert (found.about.url, found.about.made_at) == (place.config.node.url, NOW + 60)
    assert found.rows == {name: len(rows) for name, rows in every_row(place.config).items() if rows}
    assert found.rows["post"] == 42


@pytest.mark.threat("T101")
def test_another_key_opens_nothing_and_touches_nothing(place, tmp_path):
    path = place.backup(tmp_path / "b.age")
    (tmp_path / "other").mkdir()
    place.words, _ = new_recovery_key(tmp_path / "other", replaces=False)

    with pytest.raises(Refused, match="does not open that backup"):
        verify_backup(path, place.identity, NOW, quiet)
    with pytest.raises(Refused, match="does not open that backup"):
        place.restore(path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_backup_that_is_cut_or_changed_anywhere_is_refused(place, tmp_path, data):
    path, broken = tmp_path / "b.age", tmp_path / "broken.age"
    raw = path.read_bytes() if path.exists() else place.backup(path).read_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    is_cut = data.draw(st.booleans())
    broken.write_bytes(raw[:at] if is_cut else raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])

    with pytest.raises(Refused) as refused:
        verify_backup(broken, place.identity, NOW, quiet)
    assert str(refused.value).count("\n") == 0


def test_a_damaged_backup_restores_nothing(place, tmp_path):
    raw = place.backup(tmp_path / "b.age").read_bytes()
    (tmp_path / "cut.age").write_bytes(raw[:-40])

    with pytest.raises(Refused, match="damaged"):
        place.restore(tmp_path / "cut.age", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    restored = place.restore(tmp_path / "b.age", tmp_path / "new")
    assert every_row(restored) == every_row(place.config)


@pytest.mark.threat("T137")
def test_what_fails_leaves_the_folder_as_it_was(place, tmp_path):
    raw = place.backup(tmp_path / "b.age").read_bytes()
    (tmp_path / "cut.age").write_bytes(raw[:-40])
    mine = tmp_path / "mine"
    mine.mkdir(mode=0o750)
    (mine / "notes.txt").write_text("mine")

    for folder in (mine, tmp_path / "not" / "there"):
        with pytest.raises(Refused, match="damaged"):
            place.restore(tmp_path / "cut.age", folder)

    assert [one.name for one in mine.iterdir()] == ["notes.txt"]
    assert mine.stat().st_mode & 0o777 == 0o750
    assert not (tmp_path / "not").exists()


def test_a_file_that_is_none_is_said_to_be_that(place, tmp_path):
    (tmp_path / "text").write_text("hello" * 99)

    for name, sentence in (("text", "no backup"), ("lost", "no file"), ("", "cannot be read")):
        with pytest.raises(Refused, match=sentence):
            verify_backup(tmp_path / name, place.identity, NOW, quiet)


def test_a_folder_that_holds_a_node_is_left_alone_unless_that_is_said(place, tmp_path):
    path = place.backup(tmp_path / "b.age")
    held = every_row(place.config)
    settings_file = place.config.data / "hedgerow.toml"
    settings_file.write_text(settings_file.read_text() + "\n# mine\n")

    with pytest.raises(Refused, match="--replace"):
        place.restore(path, place.config.data)
    assert every_row(place.config) == held
    place.restore(path, place.config.data, replaces=True)

    (aside,) = [one for one in place.config.data.iterdir() if one.name.startswith("replaced-")]
    assert "# mine" in (aside / "hedgerow.toml").read_text()
    assert "# mine" not in settings_file.read_text()
    assert every_row(read_config(place.config.data, {})) == held


async def test_nothing_is_restored_under_a_node_that_runs(place, tmp_path, engine):
    path = place.backup(tmp_path / "b.age")
    db = await open_database(place.config.database.url, place.config.data, NOW)

    with pytest.raises(Refused, match="Stop it first" if engine == "sqlite" else "empty"):
        restore_backup(path, place.identity, place.config.data, NOW, quiet, replaces=True)

    await db.close()


async def test_a_backup_of_a_newer_version_is_refused(place, tmp_path, monkeypatch):
    monkeypatch.setattr("node.db.backup.make.FORM", 3)
    path = place.backup(tmp_path / "b.age")

    with pytest.raises(Refused, match="newer Hedgerow"):
        verify_backup(path, place.identity, NOW, quiet)


def test_no_column_holds_bytes_which_json_cannot(tx):
    assert [one for one in columns(tx) if one.kind in ("blob", "bytea")] == []
