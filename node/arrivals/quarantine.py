"""Messages that were set aside: kept with their bytes for a look, and not for ever (T145).

Thirty days, and of each registered domain a hundred messages and 2 MiB: the oldest goes first. What
goes leaves its id behind, so that it is not taken for new.
"""

from federation.domains import domain_of
from federation.origin import authority_of
from node.arrivals.store import Arrival, settle_arrivals
from node.db.tx import Tx

KEPT_S = 30 * 24 * 3_600
MESSAGES_PER_DOMAIN_MAX = 100
BYTES_PER_DOMAIN_MAX = 2_097_152
FORGOTTEN_AT_ONCE = 200
OLD, TOO_MANY = "it was set aside for thirty days", "too much of its domain was set aside"


def quarantine(tx: Tx, arrival: Arrival, reason: str, now: int) -> None:
    """Set a message aside for `reason`; the oldest of its domain make room."""
    settle_arrivals(tx, [arrival.id], "quarantined", now, reason)
    drop_beyond_share(tx, domain_of(authority_of(arrival.origin)), now)


def drop_beyond_share(tx: Tx, domain: str, now: int) -> None:
    """Keep of a domain what its share allows, from the newest on."""
    rows = tx.all(
        """
        select id, length(body) as body_bytes from arrival
        where state = 'quarantined' and domain = :domain
        order by id desc
        limit :most
        """,
        domain=domain,
        most=MESSAGES_PER_DOMAIN_MAX + FORGOTTEN_AT_ONCE,
    )
    kept_bytes, gone = 0, []
    for count, row in enumerate(rows, 1):
        kept_bytes += row["body_bytes"]
        if count > MESSAGES_PER_DOMAIN_MAX or kept_bytes > BYTES_PER_DOMAIN_MAX:
            gone.append(row["id"])
    if gone:
        settle_arrivals(tx, gone, "dropped", now, TOO_MANY)


def forget_quarantined(tx: Tx, now: int) -> int:
    """Drop what was set aside thirty days ago, at most 200 at once; how many."""
    return tx.run(
        """
        update arrival set state = 'dropped', reason = :reason, settled_at = :now, body = ''
        where id in (
            select id from arrival
            where state = 'quarantined' and received_at < :before
            order by received_at limit :limit)
        """,
        reason=OLD,
        now=now,
        before=now - KEPT_S,
        limit=FORGOTTEN_AT_ONCE,
    )


def forget_held_arrivals(tx: Tx, now: int) -> int:
    """Drop what was held of frozen hosts for thirty days, at most 200 at once; how many."""
    return tx.run(
        """
        delete from held_arrival where activity_iri in (
            select activity_iri from held_arrival where received_at < :before
            order by received_at limit :limit)
        """,
        before=now - KEPT_S,
        limit=FORGOTTEN_AT_ONCE,
    )
