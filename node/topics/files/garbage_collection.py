"""Files that are of no use any more go.

A file stays as long as its post (one that was removed or waits may be shown again), its owner, and
as a face or banner the profile that shows it; what was sent and never used stays for a day (T68).
"""

from collections.abc import Sequence

from node.db.tx import Tx
from node.topics.files.rules import UNUSED_S_MAX
from node.topics.files.store import File, drop_files

AT_ONCE = 200


def drop_unused_files(tx: Tx, now: int) -> int:
    """Forget some of the files that have been of no use for a day, or are of none for good; of how
    many."""
    rows = tx.all(
        """
        select * from file where unused_since <= :unused_since order by unused_since limit :at_once
        """,
        unused_since=now - UNUSED_S_MAX,
        at_once=AT_ONCE,
    )
    drop_files(tx, [File.from_row(row) for row in rows], now)
    return len(rows)


def keys_to_clear(tx: Tx) -> list[str]:
    """The keys of some files that are forgotten and whose bytes are still there."""
    rows = tx.all("select key from file_gone order by gone_at, key limit :n", n=AT_ONCE)
    return [row["key"] for row in rows]


def note_cleared(tx: Tx, keys: Sequence[str]) -> None:
    """The bytes of these files are gone."""
    for key in keys:
        tx.run("delete from file_gone where key = :key", key=key)


def keys_not_kept(tx: Tx, keys: Sequence[str]) -> list[str]:
    """Which of these keys no file has."""
    return [
        key
        for key in keys
        if tx.one("select 1 as found from file where key = :key", key=key) is None
    ]
