"""Reading a backup: into a new store, or only to see whether it is whole."""

import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from node.base.errors import Refused
from node.db.backup.archive import DAMAGED, Unpacker
from node.db.backup.encryption import open_up
from node.db.backup.make import (
    ABOUT,
    ENDING,
    FILES,
    FORM,
    LOCK_MEMBER,
    ROWS,
    SETTINGS_MEMBER,
    About,
    Ending,
    FilesSeen,
    Say,
)
from node.db.backup.snapshot import Loader
from node.db.backup.sqlite_rows import SqliteLoader
from node.db.blob_names import is_blob_name

BEFORE_FILES = 1
NEWER = "This backup was made by a newer Hedgerow ({version}). Install that version first."


@dataclass(slots=True)
class Contents:
    """What was read of a backup. `about` is None until it was read."""

    about: About | None = None
    settings: bytes = b""
    lock: bytes = b""
    rows: dict[str, int] = field(default_factory=dict)
    files: FilesSeen = field(default_factory=FilesSeen)
    ending: Ending | None = None

    @property
    def known_about(self) -> About:
        """What it is a backup of. Raises Refused where it does not say."""
        if self.about is None:
            raise Refused(DAMAGED)
        return self.about


Opening = Callable[[Contents], Loader]
"""Where the rows go; it is asked when the settings are read."""

KeepFile = Callable[[str, bytes], None]
"""Where the bytes of a file go, by its name; they come after all rows."""


def keep_no_file(_name: str, _body: bytes) -> None:
    """In a drill they are only looked at."""


class Reading:
    """Takes the members of a backup in their order, and fills a store with them."""

    def __init__(self, opening: Opening, keep_file: KeepFile, now: int, say: Say) -> None:
        self.contents = Contents()
        self._keep_file = keep_file
        self._opening, self._now, self._say = opening, now, say
        self._loader: Loader | None = None

    def take(self, name: str, content: bytes) -> None:
        """Take the next member.

        Raises:
            Refused: it is not what a backup holds, or its rows do not fit.
        """
        try:
            self._take(name, content)
        except (msgspec.MsgspecError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise Refused(DAMAGED) from error

    def _take(self, name: str, content: bytes) -> None:
        contents = self.contents
        if name == ABOUT:
            contents.about = msgspec.json.decode(content, type=About)
            if contents.about.form not in (BEFORE_FILES, FORM):
                raise Refused(NEWER.format(version=contents.about.version))
        elif name == SETTINGS_MEMBER:
            contents.settings = content
        elif name == LOCK_MEMBER:
            contents.lock = content
        elif name == ENDING:
            contents.ending = msgspec.json.decode(content, type=Ending)
        elif name.startswith(f"{ROWS}/"):
            self._add_rows(name.split("/")[1], content)
        elif name.startswith(f"{FILES}/"):
            self._add_file(name.partition("/")[2], content)

    def _add_file(self, name: str, body: bytes) -> None:
        if not is_blob_name(name) or self._loader is None:
            raise Refused(DAMAGED)
        self.contents.files.add(name, body)
        self._keep_file(name, body)

    def _add_rows(self, table: str, content: bytes) -> None:
        loader = self._loader or self._build()
        head, *lines = content.splitlines()
        columns = msgspec.json.decode(head, type=list[str])
        if not set(columns) <= set(loader.columns(table)):
            raise Refused(DAMAGED)
        decoder = msgspec.json.Decoder(type=tuple[Any, ...])
        loader.add(table, columns, (decoder.decode(line) for line in lines))
        self.contents.rows[table] = self.contents.rows.get(table, 0) + len(lines)
        self._say(table, self.contents.rows[table])

    def _build(self) -> Loader:
        about = self.contents.known_about
        self._loader = self._opening(self.contents)
        self._loader.build(about.schema, self._now)
        return self._loader

    def finish(self) -> None:
        """Have it all on disk.

        Raises:
            Refused: something is missing or broken, and then nothing stays.
        """
        contents = self.contents
        if contents.ending is None or self._loader is None:
            raise Refused(DAMAGED)
        if {name: count for name, count in contents.ending.rows.items() if count} != contents.rows:
            raise Refused(DAMAGED)
        files = contents.files
        if (files.count, files.digest) != (contents.ending.files, contents.ending.files_digest):
            raise Refused(DAMAGED)
        broken = self._loader.finish()
        if broken:
            raise Refused(f"What is in the backup is damaged: {broken[0]}.")

    def close(self) -> None:
        """Let go of the store."""
        if self._loader is not None:
            self._loader.close()


def read_backup(
    path: Path, identity: Any, opening: Opening, keep_file: KeepFile, now: int, say: Say
) -> Contents:
    """Fill a store with what is in a backup, and keep its files; what it was.

    Raises:
        Refused: it is no backup, another key's, damaged, of a newer version, or the store cannot
            be filled. Nothing stays of it in the store then.
    """
    with closing(Reading(opening, keep_file, now, say)) as reading:
        unpacker = Unpacker(reading.take)
        open_up(path, identity, unpacker.write)
        unpacker.finish()
        reading.finish()
    return reading.contents


def verify_backup(path: Path, identity: Any, now: int, say: Say) -> Contents:
    """A drill: restore a backup into a store that is gone afterwards, and look whether it is whole.

    It is SQLite's whatever the backup is of, in memory and in a file without a name.

    Raises:
        Refused: as `read_backup`.
    """
    return read_backup(path, identity, lambda _: SqliteLoader(None), keep_no_file, now, say)
