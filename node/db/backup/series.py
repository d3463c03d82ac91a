"""Backups of one node in one folder: named by when they were made, and only so many kept."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from node.base.errors import Refused
from node.db.backup.encryption import PART
from node.db.folder import clear_away

AT = "%Y%m%d-%H%M%S"


def new_name(host: str, now: int) -> str:
    """The file name of a backup of the node at `host` (with its port, if any) made at `now`."""
    return f"{stem(host)}-{datetime.fromtimestamp(now, UTC).strftime(AT)}.age"


def stem(host: str) -> str:
    return "hedgerow-" + host.replace(":", "_").replace("[", "").replace("]", "")


def made_at(name: str, host: str) -> datetime | None:
    """When a file was made, by its name; None for a file that is none of this node's backups."""
    found = re.fullmatch(re.escape(stem(host)) + r"-(\d{8}-\d{6})\.age", name)
    if not found:
        return None
    try:
        return datetime.strptime(found[1], AT).replace(tzinfo=UTC)
    except ValueError:
        return None


def to_drop(names: Iterable[str], host: str, daily: int, weekly: int) -> list[str]:
    """The backups that need not be kept: all but the newest of each of the last `daily` days and
    `weekly` weeks that have one. The newest of all always stays, and so does what is no backup."""
    found = {name: at for name in names if (at := made_at(name, host)) is not None}
    newest_first = sorted(found, key=lambda name: found[name], reverse=True)
    days: dict[str, str] = {}
    weeks: dict[tuple[int, int], str] = {}
    for name in newest_first:
        days.setdefault(found[name].strftime("%Y%m%d"), name)
        weeks.setdefault(found[name].isocalendar()[:2], name)
    kept = {*newest_first[:1], *list(days.values())[:daily], *list(weeks.values())[:weekly]}
    return [name for name in newest_first if name not in kept]


def open_series(folder: Path, host: str) -> None:
    """Make the folder, and clear away what a backup that was killed left there.

    Raises:
        Refused: the folder cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f".{stem(host)}-*{PART}"):
            clear_away(left)
    except OSError as error:
        raise Refused(f"{folder} cannot be written: {error.strerror}.") from error


def thin(folder: Path, host: str, daily: int, weekly: int) -> int:
    """Remove the backups that need not be kept; how many."""
    dropped = to_drop((one.name for one in folder.iterdir()), host, daily, weekly)
    for name in dropped:
        clear_away(folder / name)
    return len(dropped)
