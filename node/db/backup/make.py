"""Making a backup: what a node is made of, in one encrypted file."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from node.base.config import FILE_NAME as SETTINGS
from node.base.config import Config
from node.base.errors import Busy, Refused
from node.base.version import __version__
from node.db.backup.archive import Member, packed
from node.db.backup.encryption import lock_away
from node.db.backup.recovery_key import FILE_NAME as LOCK
from node.db.backup.recovery_key import known_lock, recipient_of
from node.db.backup.snapshot import Snapshot, Values
from node.db.backup.stores import open_snapshot
from node.db.blob_names import names_of
from node.db.blobs import Blobs, blobs_of
from node.db.tx import Engine

FORM: Literal[2] = 2
ABOUT, ENDING, ROWS, FILES = "backup.json", "end.json", "rows", "files"
FILE_TABLE = "file"
SETTINGS_MEMBER, LOCK_MEMBER = SETTINGS, LOCK
MEMBER_BYTES = 1_048_576
write_json = msgspec.json.Encoder().encode

Say = Callable[[str, int], None]
"""Told of a table, and how many of its rows are done."""


class About(msgspec.Struct, frozen=True):
    """What a backup is one of: `form` is how it is laid out, `schema` the newest migration."""

    form: int
    made_at: int
    url: str
    name: str
    engine: Engine
    schema: int
    version: str


class FilesSeen:
    """How many files were seen, and one SHA-256 over their names and the SHA-256 of each."""

    def __init__(self) -> None:
        self.count = 0
        self._digest = sha256()

    @property
    def digest(self) -> str:
        """The digest of all that was seen so far, in order."""
        return self._digest.hexdigest()

    def add(self, name: str, body: bytes) -> None:
        """See the next one."""
        self.count += 1
        self._digest.update(f"{name} {sha256(body).hexdigest()}\n".encode())


NO_FILES = FilesSeen().digest


class Ending(msgspec.Struct, frozen=True):
    """The last member: how many rows each table has, how many files there are, a digest over the
    digest of each, and how many went while the backup was made."""

    rows: dict[str, int]
    files: int = 0
    files_digest: str = NO_FILES
    files_gone: int = 0


@dataclass(slots=True)
class Made:
    """A backup that was made."""

    path: Path
    made_at: int
    size: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    files: FilesSeen = field(default_factory=FilesSeen)
    files_gone: int = 0


def make_backup(config: Config, target: Path, now: int, say: Say, *, inside: bool = False) -> Made:
    """Write everything of the node into a new encrypted file; a node may be running.

    In it are the rows of every table, keys and passwords' hashes among them, the settings, and the
    half of the recovery key that locks. It holds what was there at one moment; then
    the bytes of the files of those rows, as far as they are there still.

    Raises:
        Refused: there is no key yet, `target` is there already, cannot be written, or lies in the
            data folder (unless that is meant: `inside`), or the store, or that of files, cannot be
            read.
    """
    recipient = recipient_of(known_lock(config.data))
    if not inside and target.resolve().is_relative_to(config.data.resolve()):
        raise Refused("Name a place outside of the node's own folder: it would be lost with it.")
    made = Made(target, now)
    with closing(open_snapshot(config.database.url, config.data)) as snapshot:
        members = contents(config, snapshot, made, say)
        made.size = lock_away(packed(members, now), recipient, target)
    return made


def contents(config: Config, snapshot: Snapshot, made: Made, say: Say) -> Iterator[Member]:
    """Every member in the order in which it is needed; `made` learns how many rows there are."""
    about = About(
        FORM,
        made.made_at,
        config.node.url,
        config.node.name,
        snapshot.engine,
        snapshot.schema(),
        __version__,
    )
    yield ABOUT, write_json(about)
    for name in (SETTINGS_MEMBER, LOCK_MEMBER):
        yield name, (config.data / name).read_bytes()
    for table in snapshot.tables():
        made.rows[table] = 0
        for member in table_members(snapshot, table, made):
            yield member
            say(table, made.rows[table])
    if FILE_TABLE in made.rows:
        yield from file_members(snapshot, blobs_of(config), made)
    files = made.files
    yield ENDING, write_json(Ending(made.rows, files.count, files.digest, made.files_gone))


def file_members(snapshot: Snapshot, blobs: Blobs, made: Made) -> Iterator[Member]:
    """The bytes of each file, whole and small; what was deleted meanwhile is counted."""
    for (key,) in snapshot.rows(FILE_TABLE, ["key"]):
        for name in names_of(key):
            try:
                body = blobs.get(name)
            except Busy as error:
                raise Refused(f"The files cannot be read. {error.sentence}") from error
            if body is None:
                made.files_gone += 1
            else:
                made.files.add(name, body)
                yield f"{FILES}/{name}", body


def table_members(snapshot: Snapshot, table: str, made: Made) -> Iterator[Member]:
    """The rows of a table as members of about a mebibyte: a line of names, then a line a row."""
    columns = snapshot.columns(table)
    head = write_json(columns) + b"\n"
    lines, count = bytearray(head), 0
    for row in snapshot.rows(table, columns):
        lines += line_of(row)
        made.rows[table] += 1
        if len(lines) >= MEMBER_BYTES:
            yield f"{ROWS}/{table}/{count:08}.jsonl", bytes(lines)
            lines, count = bytearray(head), count + 1
    if len(lines) > len(head):
        yield f"{ROWS}/{table}/{count:08}.jsonl", bytes(lines)


def line_of(row: Values) -> bytes:
    return write_json(row) + b"\n"
