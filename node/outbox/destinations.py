"""Forgetting hosts that we sent to and that nobody here knows anybody of any more (T48, T136)."""

from node.db.tx import Tx

SILENT_S = 30 * 24 * 3_600
CROWDED_SILENT_S = 3_600
DESTINATIONS_MAX = 100_000
FORGOTTEN_AT_ONCE = 1_000


def forget_destinations(tx: Tx, now: int) -> int:
    """Drop hosts of which no actor is held, to which nothing waits to go, and with which we had
    nothing to do for thirty days, at most 1,000 at once; how many.

    Where more than 100,000 hosts are held, an hour is long enough.
    """
    row = tx.one(
        "select count(*) as total from (select 1 from destination limit :limit) as several",
        limit=DESTINATIONS_MAX + 1,
    )
    is_crowded = bool(row and row["total"] > DESTINATIONS_MAX)
    return tx.run(
        """
        delete from destination where host in (
            select d.host from destination d
            where coalesce(d.last_success_at, 0) < :before
              and coalesce(d.last_failure_at, 0) < :before
              and coalesce(d.last_heard_at, 0) < :before
              and not exists (select 1 from actor a where a.host = d.host)
              and not exists (select 1 from delivery w
                              where w.host = d.host and w.state = 'waiting')
              and not exists (select 1 from delivery w
                              where w.host = d.host and w.state = 'parked')
            limit :limit)
        """,
        before=now - (CROWDED_SILENT_S if is_crowded else SILENT_S),
        limit=FORGOTTEN_AT_ONCE,
    )
