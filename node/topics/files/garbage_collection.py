"""Files that are used for nothing go: whatever they hung on says so, nobody has to think of it.

A file stays as long as its post, its owner, and as a face or banner the profile that shows it; what
was sent and never used stays for a day (T68).
"""

from collections.abc import Sequence

from node.db.tx import Tx
from node.topics.files.rules import UNUSED_S_MAX
from node.topics.files.store import File, drop_files

AT_ONCE = 200


def drop_unused_files(tx: Tx, now: int) -> int:
    """Forget some of the files that are used for nothing; of how many."""
    rows = tx.all(
        """
        select f.* from file f
        join actor a on a.id = f.owner_id
        left join post p on p.id = f.post_id
        where a.deleted_at is not null
           or (f.use = 'post' and f.post_id is null and f.created_at <= :unused_since)
           or (f.use = 'post' and f.post_id is not null
               and (p.id is null or p.deleted_at is not null))
           or (f.use = 'face' and (a.icon_url is null or a.icon_url <> f.url))
           or (f.use = 'banner' and (a.image_url is null or a.image_url <> f.url))
        order by f.id
        limit :at_once
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
