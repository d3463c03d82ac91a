"""Bytes by name: the folder and the store that speaks S3 do the same, and say when they cannot."""

import sys

import pytest

from node.base.config import Config, FederationSettings, FilesSettings, NodeSettings, check_config
from node.base.errors import Busy, Refused
from node.db.blob_names import is_blob_name
from node.db.blobs import FolderBlobs, MemoryBlobs, blobs_of, open_blobs
from node.db.folder import is_private
from tests.neighbours import ORIGIN
from tests.node.db.test_writer import SmallFiles
from tests.s3_server import start_s3

KEY, OTHER = "ab" * 16, "cd" * 16
HERE = "http://localhost:8080"


@pytest.fixture(scope="module")
def s3():
    server = start_s3()
    yield server
    server.stop()


def config_of(files, folder, url=HERE, development=True):
    return Config(
        NodeSettings(url),
        files=files,
        federation=FederationSettings(development=development),
        data=folder,
    )


@pytest.fixture(params=["folder", "memory", "s3"])
def blobs(request, tmp_path):
    if request.param == "memory":
        return MemoryBlobs()
    if request.param == "folder":
        return open_blobs(config_of(FilesSettings(), tmp_path))
    settings = request.getfixturevalue("s3").settings(f"deep/{tmp_path.name}")
    return open_blobs(config_of(settings, tmp_path))


def test_what_is_put_is_got_and_what_is_not_there_is_none(blobs):
    blobs.put(KEY, b"first")
    blobs.put(KEY, b"whole")
    blobs.put(f"{KEY}-small", b"small")

    assert [blobs.get(one) for one in (KEY, f"{KEY}-small", OTHER)] == [b"whole", b"small", None]


def test_what_is_deleted_is_gone_and_deleting_what_is_not_there_is_fine(blobs):
    blobs.put(KEY, b"whole")
    blobs.put(f"{KEY}-small", b"small")

    blobs.delete([KEY, OTHER])

    assert (blobs.get(KEY), list(blobs.names())) == (None, [f"{KEY}-small"])


def test_large_ones_and_empty_ones_come_back_as_they_were(blobs):
    large = bytes(range(256)) * 4 * 10_240
    blobs.put(KEY, large)
    blobs.put(OTHER, b"")

    assert blobs.get(KEY) == large
    assert blobs.get(OTHER) == b""


def test_more_than_a_thousand_are_named_and_deleted(blobs):
    names = [f"{number:032x}" for number in range(1_100)]
    for name in names:
        blobs.put(name, b"x")

    assert sorted(blobs.names()) == names
    blobs.delete(names)
    assert list(blobs.names()) == []


def test_prefixes_are_kept_apart(s3, tmp_path):
    one, longer = (
        open_blobs(config_of(s3.settings(prefix), tmp_path)) for prefix in ("apart", "apart2")
    )

    one.put(KEY, b"one")
    longer.put(OTHER, b"longer")

    assert (list(one.names()), list(longer.names())) == ([KEY], [OTHER])
    assert (one.get(OTHER), longer.get(KEY)) == (None, None)


def test_the_files_of_another_node_are_left_alone(s3, tmp_path):
    open_blobs(config_of(s3.settings("taken"), tmp_path))

    with pytest.raises(Refused, match="another node"):
        open_blobs(config_of(s3.settings("taken"), tmp_path, "http://localhost:8081"))


@pytest.mark.parametrize("change", [{"secret_access_key": "wrong"}, {"url": "s3://no-such/one"}])
def test_a_wrong_key_or_bucket_is_refused_at_start_in_one_sentence(s3, tmp_path, change):
    settings = s3.settings("wrong", **change)

    with pytest.raises(Refused) as refused:
        open_blobs(config_of(settings, tmp_path))

    assert "cannot be reached, or not written to" in str(refused.value)
    assert s3.secret not in str(refused.value)


def test_a_store_that_goes_away_is_busy_and_no_store_at_start_is_refused(tmp_path):
    server = start_s3()
    try:
        config = config_of(server.settings(), tmp_path)
        blobs = open_blobs(config)
        blobs.put(KEY, b"whole")
    finally:
        server.stop()

    for doing in (
        lambda: blobs.put(KEY, b"x"),
        lambda: blobs.get(KEY),
        lambda: blobs.delete([KEY]),
        lambda: list(blobs.names()),
    ):
        with pytest.raises(Busy, match="does not answer"):
            doing()
    with pytest.raises(Refused, match="cannot be reached"):
        open_blobs(config)


def test_keys_come_from_the_environment_too_and_without_any_it_is_refused(
    s3, tmp_path, monkeypatch
):
    config = config_of(s3.settings(access_key_id="", secret_access_key=""), tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(Refused, match="AWS_ACCESS_KEY_ID"):
        blobs_of(config)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret)
    blobs_of(config).put(KEY, b"whole")

    assert blobs_of(config).get(KEY) == b"whole"


def test_keys_are_never_shown(s3, tmp_path):
    config = config_of(s3.settings(), tmp_path)

    assert [one for one in (s3.key, s3.secret) if one in repr(config)] == []


def test_without_the_extra_it_is_named(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "node.db.blobs_s3", raising=False)
    monkeypatch.setitem(sys.modules, "obstore", None)

    with pytest.raises(Refused, match=r"hedgerow\[s3\]"):
        blobs_of(config_of(FilesSettings(url="s3://bucket/one"), tmp_path))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (FilesSettings(url="https://bucket.example"), "s3://bucket/prefix"),
        (FilesSettings(url="s3:///prefix"), "s3://bucket/prefix"),
        (FilesSettings(url="s3://b", endpoint="http://store.example"), "https://"),
        (FilesSettings(url="s3://b", endpoint="https://"), "https://"),
    ],
)
def test_settings_that_lead_nowhere_or_over_plain_http_are_refused(tmp_path, files, sentence):
    with pytest.raises(Refused, match=sentence):
        check_config(config_of(files, tmp_path, ORIGIN, development=False))


@pytest.mark.threat("T67")
def test_on_a_full_disk_the_folder_is_busy_and_nothing_half_written_stays(tmp_path):
    blobs = open_blobs(config_of(FilesSettings(), tmp_path))
    blobs.put(KEY, b"before")

    with SmallFiles(10_000), pytest.raises(Busy, match="no room"):
        blobs.put(KEY, bytes(20_000))
    with SmallFiles(10_000), pytest.raises(Busy, match="no room"):
        blobs.put(OTHER, bytes(20_000))

    assert list(blobs.names()) == [KEY]
    assert blobs.get(KEY) == b"before"


@pytest.mark.threat("T102")
def test_nobody_else_on_the_machine_may_look_into_the_folder(tmp_path):
    tmp_path.chmod(0o700)
    FolderBlobs(tmp_path / "files").put(KEY, b"whole")
    open_blobs(config_of(FilesSettings(), tmp_path))

    assert is_private(tmp_path)
    assert {one.stat().st_mode & 0o077 for one in (tmp_path / "files").rglob("*")} == {0}


@pytest.mark.threat("T54")
def test_only_hex_names_a_file():
    odd = ["", "../" + KEY, KEY[1:], f"{KEY}.part", f"{KEY}-small-small", KEY.upper(), f"{KEY}\n"]

    assert [one for one in odd if is_blob_name(one)] == []
    assert is_blob_name(KEY)
    assert is_blob_name(f"{KEY}-small")
