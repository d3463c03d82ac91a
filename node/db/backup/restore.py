"""Putting what is in a backup into a data folder: the database first, the settings last.

A folder is a node's only once its settings are there, so what was stopped half-way is no node.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec

from node.base.config import FILE_NAME as SETTINGS
from node.base.config import Config, read_config
from node.base.errors import Busy, Refused
from node.db.backup.make import Say
from node.db.backup.read import Contents, KeepFile, Opening, read_backup
from node.db.backup.recovery_key import FILE_NAME as LOCK
from node.db.backup.snapshot import Loader
from node.db.backup.stores import new_loader
from node.db.blobs import FOLDER as FILES
from node.db.blobs import Blobs, open_blobs
from node.db.folder import DATABASE_FILE, clear_away, flush_folder, write_whole
from node.db.lock import NAME as FOLDER_LOCK
from node.db.lock import lock_folder

PRIVATE = 0o700
OURS = (SETTINGS, DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", LOCK, FILES)
IN_USE = "A node, or another command, is using this data folder. Stop it first."
IS_THERE = (
    "There is a node in {folder} already. Restore into an empty folder, or say --replace: what is"
    " there is put aside then."
)
BEHIND = "This machine's clock is behind: the backup was made later than it says. Set the clock."
DATABASE_URL = re.compile(r"^\[database\][^\[]*?^url\s*=[^\n]*$", re.MULTILINE)

Settle = Callable[[Config, Contents], None]


def nothing_to_settle(_config: Config, _contents: Contents) -> None:
    """Everything is left as it was."""


def restore_backup(
    path: Path,
    identity: Any,
    folder: Path,
    now: int,
    say: Say,
    *,
    settle: Settle = nothing_to_settle,
    database: str | None = None,
    replaces: bool = False,
) -> Contents:
    """Make the node of a backup in `folder`, which is made if need be; what was in the backup.

    `settle` is given the settings and what was read, and does what is to be done before the node is
    there: `node/topics/portability/`. `database` stands in place of the one that the settings in
    the backup name; empty is SQLite. What was in the folder of another node is put aside in it, not
    removed, if it `replaces` that.

    Raises:
        Refused: there is a node in the folder, or one runs on it; the backup cannot be read; the
            database is not empty; the clock is behind the backup, so that numbers would be given
            once more (T133). The folder is as it was then.
    """
    with held_folder(folder):
        if not replaces and any((folder / name).exists() for name in OURS):
            raise Refused(IS_THERE.format(folder=folder))
        part = Path(mkdtemp(prefix=".restore.", dir=folder))
        try:
            rows, keep_file = opening(part, database, now), keeping_files(part)
            contents = read_backup(path, identity, rows, keep_file, now, say)
            settle(read_config(part), contents)
            write_whole(part / LOCK, contents.lock)
            put_aside(folder, now)
            put_in_place(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return contents


@contextmanager
def held_folder(folder: Path) -> Iterator[None]:
    """The data folder, made if need be, private and locked; where what is done with it fails,
    nothing is left of that.

    Raises:
        Refused: a node runs on it.
    """
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    mode, was_locked = folder.stat().st_mode, (folder / FOLDER_LOCK).exists()
    folder.chmod(PRIVATE)
    lock = lock_folder(folder)
    if lock is None:
        raise Refused(IN_USE)
    try:
        yield
    except BaseException:
        folder.chmod(mode)
        if not was_locked:
            clear_away(folder / FOLDER_LOCK)
        with suppress(OSError):  # somebody has put something there meanwhile
            for one in made:
                one.rmdir()
        raise
    finally:
        lock.release()


def opening(part: Path, database: str | None, now: int) -> Opening:
    """Where the rows go, once the settings are known."""

    def open_loader(contents: Contents) -> Loader:
        if now < contents.known_about.made_at:
            raise Refused(BEHIND)
        text = contents.settings.decode()
        if database is not None:
            contents.settings = with_database(text, database).encode()
        write_whole(part / SETTINGS, contents.settings)
        return new_loader(read_config(part).database.url, part / DATABASE_FILE)

    return open_loader


def keeping_files(part: Path) -> KeepFile:
    """Keeps files where the settings that were restored say, once there is one."""
    opened: list[Blobs] = []

    def keep(name: str, body: bytes) -> None:
        if not opened:
            opened.append(open_blobs(read_config(part)))
        try:
            opened[0].put(name, body)
        except Busy as error:
            raise Refused(f"The files cannot be kept. {error.sentence}") from error

    return keep


def with_database(text: str, url: str) -> str:
    """Settings in which the database is the one at `url`."""
    line = f"url = {msgspec.json.encode(url).decode()}"
    found = DATABASE_URL.search(text)
    if found:
        head = found[0].rpartition("\n")[0]
        return text[: found.start()] + f"{head}\n{line}" + text[found.end() :]
    if re.search(r"^\[database\]", text, re.MULTILINE):
        return re.sub(r"^\[database\]", lambda _: f"[database]\n{line}", text, flags=re.MULTILINE)
    return f"{text.rstrip()}\n\n[database]\n{line}\n"


def put_aside(folder: Path, now: int) -> None:
    """Move what makes the folder a node's into a folder in it; its settings first."""
    found = [name for name in OURS if (folder / name).exists()]
    if not found:
        return
    aside = Path(mkdtemp(prefix=f"replaced-{now}-", dir=folder))
    for name in found:
        (folder / name).rename(aside / name)
    flush_folder(folder)


def put_in_place(part: Path, folder: Path) -> None:
    """Move what was restored to its place; the settings last."""
    for name in (DATABASE_FILE, FILES, LOCK):
        if (part / name).exists():
            (part / name).rename(folder / name)
    flush_folder(folder)
    (part / SETTINGS).rename(folder / SETTINGS)
    flush_folder(folder)
