"""Messages of hosts that are frozen: kept as they came, until somebody says who the host is."""

from collections.abc import Sequence

from node.arrivals.store import NewArrival, add_arrival
from node.base.errors import Busy
from node.db.tx import Tx

HELD_MAX = 1_000
HELD_BYTES_MAX = 16_777_216
HELD_RETRY_AFTER_S = 3_600


def hold_arrival(tx: Tx, arrival: NewArrival, host: str, now: int) -> bool:
    """Keep a message of a frozen host aside until somebody has looked (T105); whether it is new.

    Raises:
        Busy: a thousand messages of that host are held already, or 16 MiB of them.
    """
    row = tx.one(
        """
        select count(*) as total, coalesce(sum(body_bytes), 0) as bytes from (
            select body_bytes from held_arrival where host = :host limit :most) as several
        """,
        host=host,
        most=HELD_MAX,
    )
    if row and (row["total"] >= HELD_MAX or row["bytes"] >= HELD_BYTES_MAX):
        raise Busy("Too much is waiting here. Come back later.", HELD_RETRY_AFTER_S)
    return bool(
        tx.run(
            """
            insert into held_arrival
                (activity_iri, host, origin, actor_iri, kind, body, body_hash, body_bytes,
                received_at, signed_at, inboxes)
            values (:activity_iri, :host, :origin, :actor_iri, :kind, :body, :body_hash,
                :body_bytes, :now, :signed_at, :inboxes)
            on conflict do nothing
            """,
            activity_iri=arrival.activity_iri,
            host=host,
            origin=arrival.origin,
            actor_iri=arrival.actor_iri,
            kind=arrival.kind,
            body=arrival.body,
            body_hash=arrival.body_hash,
            signed_at=arrival.signed_at,
            inboxes=arrival.inboxes,
            body_bytes=len(arrival.body.encode()),
            now=now,
        )
    )


def release_held(tx: Tx, host: str, now: int) -> int:
    """Apply what was held of a host, in the order it came; how many messages."""
    rows = tx.all(
        """
        select activity_iri, origin, actor_iri, kind, body, body_hash, signed_at, inboxes
        from held_arrival where host = :host order by received_at limit :most
        """,
        host=host,
        most=HELD_MAX,
    )
    for row in rows:
        add_arrival(tx, NewArrival(**row), now)
    drop_held(tx, [host])
    return len(rows)


def drop_held(tx: Tx, hosts: Sequence[str]) -> int:
    """Apply nothing of what was held of those hosts; how many messages there were."""
    return tx.run("delete from held_arrival where host in (:hosts[])", hosts=hosts)


def held_count(tx: Tx, host: str) -> int:
    """How many messages of a host are held."""
    row = tx.one("select count(*) as total from held_arrival where host = :host", host=host)
    return int(row["total"]) if row else 0
