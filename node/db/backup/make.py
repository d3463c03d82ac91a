"""Making a backup: what a node is made of, in one encrypted file."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from node.base.config import FILE_NAME as SETTINGS
from node.base.config import Config
from node.base.errors import Refused
from node.base.version import __version__
from node.db.backup.archive import Member, packed
from node.db.backup.encryption import lock_away
from node.db.backup.recovery_key import FILE_NAME as LOCK
from node.db.backup.recovery_key import known_lock, recipient_of
from node.db.backup.snapshot import Snapshot, Values
from node.db.backup.stores import open_snapshot
from node.db.tx import Engine

FORM: Literal[1] = 1
ABOUT, ENDING, ROWS = "backup.json", "end.json", "rows"
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


class Ending(msgspec.Struct, frozen=True):
    """The last member: how many rows each table has."""

    rows: dict[str, int]


@dataclass(slots=True)
class Made:
    """A backup that was made."""

    path: Path
    made_at: int
    size: int = 0
    rows: dict[str, int] = field(default_factory=dict)


def make_backup(config: Config, target: Path, now: int, say: Say, *, inside: bool = False) -> Made:
    """Write everything of the node into a new encrypted file; a node may be running.

    In it are the rows of every table, keys and passwords' hashes among them, the settings, and the
    half of the recovery key that locks. It holds what was there at one moment.

    Raises:
        Refused: there is no key yet, `target` is there already, cannot be written, or lies in the
            data folder (unless that is meant: `inside`), or the store cannot be read.
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
    yield ENDING, write_json(Ending(made.rows))


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
