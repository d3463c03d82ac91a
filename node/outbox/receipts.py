"""Who read something of ours and signed for it: they hold a copy, as those do whom it was sent."""

from collections.abc import Sequence

from node.db.tx import Tx

READERS_MAX = 1_000
READ_AT_ONCE = 50


def hosts_given(tx: Tx, object_iri: str) -> set[str]:
    """The hosts that took something, read it with a signature, or are being given it."""
    rows = tx.all(
        """
        select host from receipt where object_iri = :iri and kind <> 'Delete'
        union
        select d.host from outbox_entry e join delivery d on d.entry_id = e.id
        where e.object_iri = :iri and e.kind in ('Create', 'Update', 'Announce')
        """,
        iri=object_iri,
    )
    return {row["host"] for row in rows}


def unread_by(tx: Tx, iris: Sequence[str], host: str) -> list[str]:
    """Those of `iris` of which no receipt says that the host read them; of the first 50."""
    iris = iris[:READ_AT_ONCE]
    rows = tx.all(
        """
        select object_iri from receipt
        where object_iri in (:iris[]) and host = :host and kind = 'Fetch'
        """,
        iris=iris,
        host=host,
    )
    known = {row["object_iri"] for row in rows}
    return [iri for iri in iris if iri not in known]


def note_readers(tx: Tx, iris: Sequence[str], host: str, now: int) -> None:
    """Note that a host read things of ours; of each thing at most 1,000 hosts."""
    for iri in iris[:READ_AT_ONCE]:
        tx.run(
            """
            insert into receipt (object_iri, host, kind, delivered_at)
            select :iri, :host, 'Fetch', :now
            from (select count(*) as total from receipt
                  where object_iri = :iri and kind = 'Fetch') as held
            where held.total < :most
            on conflict do nothing
            """,
            iri=iri,
            host=host,
            now=now,
            most=READERS_MAX,
        )
