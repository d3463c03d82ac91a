"""Which hosts are not reached, and which were: what a keeper is told of the line."""

from dataclasses import dataclass

from node.db.tx import Tx

DAY_S = 24 * 3_600
LISTED_MAX = 50


@dataclass(frozen=True, slots=True)
class SilentHost:
    """A host for which something has waited for more than a day, and when it last took something
    (seconds since the epoch; None: never)."""

    host: str
    last_success_at: int | None


def silent_hosts(tx: Tx, now: int) -> list[SilentHost]:
    """The hosts that have taken nothing for a day of what waits for them, at most 50, by name."""
    rows = tx.all(
        """
        with recursive waiting (host) as (
            select min(host) from delivery where state = 'waiting'
            union all
            select (select min(d.host) from delivery d
                    where d.state = 'waiting' and d.host > waiting.host)
            from waiting where waiting.host is not null
        )
        select w.host, d.last_success_at from waiting w join destination d on d.host = w.host
        where d.failures > 0 and coalesce(d.last_success_at, 0) < :before
          and exists (select 1 from delivery o
                      where o.state = 'waiting' and o.host = w.host and o.created_at < :before)
        order by w.host
        limit :limit
        """,
        before=now - DAY_S,
        limit=LISTED_MAX,
    )
    return [SilentHost(row["host"], row["last_success_at"]) for row in rows]


def hosts_reached(tx: Tx, now: int, limit: int) -> list[str]:
    """Hosts that took something from us in the last day, the latest first."""
    rows = tx.all(
        """
        select host from destination
        where last_success_at > :after
        order by last_success_at desc, host
        limit :limit
        """,
        after=now - DAY_S,
        limit=limit,
    )
    return [row["host"] for row in rows]
