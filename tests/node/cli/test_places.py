"""Folders and files that cannot be had: each command says which, and why, in one sentence."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from node.base.config import FILE_NAME, write_config
from node.base.errors import Refused

INIT = ("init", "--url", "https://group.example", "--name", "Group")
LONG = "x" * 300
JARGON = ("Errno", "Traceback", "Error:")


def hedgerow(*words: str) -> tuple[int, str]:
    """The exit status of a command, and what it says on standard error."""
    command = [sys.executable, "-m", "node", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


@pytest.fixture
def file(tmp_path):
    """A file where a folder is looked for."""
    (tmp_path / "file").touch()
    return tmp_path / "file"


@pytest.mark.parametrize("words", [INIT, ("demo", "--once"), ("serve",), ("status",), ("doctor",)])
@pytest.mark.parametrize("below", ["", "inside", "far/inside"])
def test_a_file_is_no_folder(file, words, below):
    place = file / below if below else file
    given = ("--folder", str(place)) if words[0] == "demo" else ()
    status, said = hedgerow("--data", str(place), *words, *given)

    assert (status, said.count("\n")) == (1, 1)
    assert str(file) in said
    assert "file" in said.replace(str(file), "")
    assert [word for word in JARGON if word in said] == []


@pytest.mark.parametrize("place", ["/proc/nowhere", f"/tmp/{LONG}", "/dev/null/x"])
def test_a_folder_that_cannot_be_made_is_named_with_the_reason(place):
    status, said = hedgerow("--data", place, *INIT)

    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith(f"The folder {place} cannot be made: ")


def test_a_settings_file_that_is_a_folder_is_named(tmp_path):
    (tmp_path / FILE_NAME).mkdir()

    status, said = hedgerow("--data", str(tmp_path), *INIT)

    assert (status, said) == (
        1,
        f"{tmp_path / FILE_NAME} cannot be read: that is a folder, not a file.\n",
    )


@pytest.mark.parametrize("name", ["hedgerow.lock", "hedgerow.db"])
def test_a_file_of_the_node_that_is_a_folder_is_no_riddle(tmp_path, name):
    assert hedgerow("--data", str(tmp_path), *INIT)[0] == 0
    for path in tmp_path.glob(f"{name}*"):
        path.unlink()
    (tmp_path / name).mkdir()

    status, said = hedgerow("--data", str(tmp_path), "status")

    assert (status, said.count("\n")) == (1, 1)
    assert [word for word in JARGON if word in said] == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "you have no right to"),
        (errno.EROFS, "that disk can only be read"),
        (errno.ENOSPC, "the disk is full"),
    ],
)
def test_where_nothing_can_be_written_that_is_said(tmp_path, monkeypatch, number, words):
    def refuse(*args: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("node.base.config.os.open", refuse)

    with pytest.raises(Refused, match=f"{tmp_path}: {words}"):
        write_config(tmp_path, "")


def test_a_settings_file_that_cannot_be_finished_is_not_left_half(tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("node.base.config.os.fsync", full)

    with pytest.raises(Refused, match="the disk is full"):
        write_config(tmp_path, "[node]")
    assert list(Path(tmp_path).iterdir()) == []
