"""A list beside the backups of what went since: posts, people, tokens. It only ever grows.

A backup that is some days old does not know of it. Each is noted as a digest of its address, which
says nothing to whoever does not have the address, and so the list needs no lock.
"""

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from node.db.backup.series import stem
from node.db.folder import OWNER_ONLY

Kind = Literal["post", "removed", "actor", "token"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TAIL_BYTES = 1_048_576
OVERLAP_S = 60


class Gone(NamedTuple):
    """When what went: a deleted or removed post, a deleted actor, a token that is good no more."""

    at: int
    kind: Kind
    mark: str


def mark_of(text: str) -> str:
    """What stands in the list for an address, or for what a token is known by."""
    return sha256(text.encode()).hexdigest()


def gone_file(folder: Path, host: str) -> Path:
    """The list of the node at `host`, among its backups."""
    return folder / f"{stem(host)}-gone.txt"


def has_list(path: Path) -> bool:
    """Whether there is a list at all."""
    return path.is_file()


def append_gone(path: Path, found: Iterable[Gone]) -> None:
    """Add to the list; it is on disk when this returns."""
    lines = "".join(f"{one.at} {one.kind} {one.mark}\n" for one in found)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY), "a") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read_gone(path: Path, since: int, bytes_max: int | None = None) -> list[Gone]:
    """What went since then, of the last `bytes_max` of the list; none where there is no list.

    A line that was cut off counts as none.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - bytes_max) if bytes_max else 0)
            lines = file.read().decode("ascii", "replace").splitlines()
    except FileNotFoundError:
        return []
    return [one for line in lines if (one := parsed(line)) is not None and one.at >= since]


def parsed(line: str) -> Gone | None:
    at, _, rest = line.partition(" ")
    kind, _, mark = rest.partition(" ")
    if not at.isdecimal() or len(mark) != sha256().digest_size * 2:
        return None
    return next((Gone(int(at), one, mark) for one in KINDS if one == kind), None)
