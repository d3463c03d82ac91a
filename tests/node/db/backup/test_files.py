"""The bytes of files are in a backup, come back where the settings say, and are proven whole."""

import io
import tarfile

import msgspec
import pyrage
import pytest

from node.base.clock import FakeClock
from node.base.config import read_config
from node.base.errors import Refused
from node.cli.backup import take_out_gone
from node.db.backup.archive import Unpacker, packed
from node.db.backup.encryption import lock_away
from node.db.backup.gone import Gone, append_gone, gone_file, mark_of
from node.db.backup.read import verify_backup
from node.db.backup.recovery_key import known_lock, recipient_of
from node.db.blob_names import names_of
from node.db.blobs import FolderBlobs, blobs_of, open_blobs
from node.db.open import open_database
from node.files_at_rest import clear_away
from node.pictures.forms import Picture
from node.topics.actors.store import actor_by_iri
from node.topics.files.actions import Said, keep_file, new_file
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.backups import quiet
from tests.neighbours import NOW, ORIGIN
from tests.s3_server import start_s3

PICTURE = Picture(b"the whole", "image/jpeg", b"the small", "image/jpeg", 4, 3, "LEHV6nWB2yk8")


def two_posts(tx):
    """Two posts of ann with a picture each; the files, and the addresses of the posts."""
    ann = actor_by_iri(tx, f"{ORIGIN}/people/ann")
    files = [new_file(ann.id, "post", PICTURE, Said(), ORIGIN, NOW) for _ in range(2)]
    iris = []
    for file in files:
        keep_file(tx, file, 1_000_000)
        post_id = publish(tx, ann, Draft(text="Look", file_ids=(file.id,)), NOW)
        iris.append(post_by_id(tx, post_id).iri)
    return files, iris


@pytest.fixture
async def kept(place):
    """The two files of a node, and the posts on which they hang."""
    db = await open_database(place.config.database.url, place.config.data, NOW)
    files, iris = await db.write(two_posts)
    await db.close()
    blobs = open_blobs(place.config)
    for file in files:
        for name, body in zip(names_of(file.key), (PICTURE.whole, PICTURE.small), strict=True):
            blobs.put(name, body + file.key.encode())
    return files, iris


def all_bytes(blobs):
    return {name: blobs.get(name) for name in blobs.names()}


def changed(place, path, target, change):
    """The backup again, with its members changed, locked with the same key."""
    plain = pyrage.decrypt(path.read_bytes(), [place.identity])
    members = []
    unpacker = Unpacker(lambda name, body: members.append((name, body)))
    unpacker.write(plain)
    lock_away(packed(change(members), NOW), recipient_of(known_lock(place.config.data)), target)
    return target


@pytest.mark.feature("O05")
def test_files_come_back_with_their_rows(place, kept, tmp_path):
    restored = place.restore(place.backup(tmp_path / "b.age"), tmp_path / "new")

    assert all_bytes(blobs_of(restored)) == all_bytes(blobs_of(place.config))
    assert len(all_bytes(blobs_of(restored))) == 4
    folders = [one for one in (tmp_path / "new").rglob("*") if one.stat().st_mode & 0o077]
    assert folders == []


def test_a_drill_counts_the_files(place, kept, tmp_path):
    found = verify_backup(place.backup(tmp_path / "b.age"), place.identity, NOW, quiet)

    assert (found.files.count, found.ending.files, found.ending.files_gone) == (4, 4, 0)


def test_what_went_while_the_backup_was_made_is_left_out_and_counted(place, kept, tmp_path):
    files, _ = kept
    blobs_of(place.config).delete(names_of(files[0].key))

    path = place.backup(tmp_path / "b.age")
    found = verify_backup(path, place.identity, NOW, quiet)
    restored = place.restore(path, tmp_path / "new")

    assert (found.files.count, found.ending.files_gone) == (2, 2)
    assert sorted(blobs_of(restored).names()) == sorted(names_of(files[1].key))


@pytest.mark.parametrize("kind", ["changed", "missing", "renamed", "more"])
def test_one_changed_byte_of_a_file_is_noticed(place, kept, tmp_path, kind):
    def change(members):
        at = next(n for n, (name, _) in enumerate(members) if name.startswith("files/"))
        name, body = members[at]
        instead = {
            "changed": [(name, bytes([body[0] ^ 1]) + body[1:])],
            "missing": [],
            "renamed": [(f"files/{'0' * 32}", body)],
            "more": [(name, body), (f"files/{'0' * 32}", body)],
        }[kind]
        return members[:at] + instead + members[at + 1 :]

    path = changed(place, place.backup(tmp_path / "b.age"), tmp_path / "c.age", change)

    with pytest.raises(Refused, match="damaged"):
        verify_backup(path, place.identity, NOW, quiet)
    with pytest.raises(Refused, match="damaged"):
        place.restore(path, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.threat("T54")
def test_a_file_whose_name_leads_elsewhere_is_refused(place, kept, tmp_path):
    def change(members):
        return [*members[:-1], ("files/../../hedgerow.toml", b"x"), members[-1]]

    path = changed(place, place.backup(tmp_path / "b.age"), tmp_path / "c.age", change)

    with pytest.raises(Refused, match="damaged"):
        place.restore(path, tmp_path / "new")


def test_a_backup_from_before_there_were_files_is_restored_as_before(place, tmp_path):
    def change(members):
        about = msgspec.json.decode(members[0][1]) | {"form": 1}
        ending = {"rows": msgspec.json.decode(members[-1][1])["rows"]}
        first, last = msgspec.json.encode(about), msgspec.json.encode(ending)
        return [("backup.json", first), *members[1:-1], ("end.json", last)]

    path = changed(place, place.backup(tmp_path / "b.age"), tmp_path / "old.age", change)
    restored = place.restore(path, tmp_path / "new")

    assert restored.node == place.config.node
    assert list(blobs_of(restored).names()) == []


def test_files_are_members_that_other_programs_read(place, kept, tmp_path):
    files, _ = kept
    plain = pyrage.decrypt(place.backup(tmp_path / "b.age").read_bytes(), [place.identity])

    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        body = tar.extractfile(f"files/{files[0].key}").read()

    assert body == PICTURE.whole + files[0].key.encode()


def test_a_folder_with_files_of_another_node_is_left_alone_or_put_aside(place, kept, tmp_path):
    path, folder = place.backup(tmp_path / "b.age"), tmp_path / "new"
    folder.mkdir()
    FolderBlobs(folder / "files").put("ab" * 16, b"of another")

    with pytest.raises(Refused, match="--replace"):
        place.restore(path, folder)
    restored = place.restore(path, folder, replaces=True)

    assert len(list(blobs_of(restored).names())) == 4
    (aside,) = folder.glob("replaced-*")
    assert FolderBlobs(aside / "files").get("ab" * 16) == b"of another"


def test_files_are_read_from_and_restored_into_a_store_that_speaks_s3(
    place, kept, tmp_path, monkeypatch
):
    server = start_s3()
    try:
        settings = server.settings("restored")
        for name in ("url", "endpoint", "access_key_id", "secret_access_key"):
            monkeypatch.setenv(f"HEDGEROW_FILES__{name.upper()}", getattr(settings, name))
        monkeypatch.setenv("HEDGEROW_FEDERATION__DEVELOPMENT", "true")
        monkeypatch.setenv("HEDGEROW_NODE__URL", "http://localhost")
        place.restore(place.backup(tmp_path / "b.age"), tmp_path / "new")
        elsewhere = read_config(tmp_path / "new")

        assert all_bytes(blobs_of(elsewhere)) == all_bytes(blobs_of(place.config))
        assert not (tmp_path / "new" / "files").exists()
        place.config = msgspec.structs.replace(
            elsewhere, data=place.config.data, database=place.config.database
        )
        found = verify_backup(place.backup(tmp_path / "s.age"), place.identity, NOW, quiet)
        assert found.files.count == 4
    finally:
        server.stop()


@pytest.mark.threat("T133")
async def test_a_post_deleted_after_the_backup_takes_its_pictures_along(place, kept, tmp_path):
    files, iris = kept
    path = place.backup(tmp_path / "b.age")
    append_gone(gone_file(tmp_path, place.config.host), [Gone(NOW + 60, "post", mark_of(iris[0]))])
    restored = place.restore(path, tmp_path / "new")
    found = verify_backup(path, place.identity, NOW, quiet)
    await take_out_gone(restored, found, tmp_path)

    db = await open_database(restored.database.url, restored.data, NOW)
    await clear_away(db, blobs_of(restored), FakeClock(NOW + 60))
    await db.close()

    assert sorted(blobs_of(restored).names()) == sorted(names_of(files[1].key))
