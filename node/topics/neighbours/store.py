"""The introductions stored here, and what is known of neighbours beside their policy."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Row, Tx

SHOWN_MAX = 200
KEPT_S = 90 * 24 * 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One introduction of `host`, given by us to `partner_host`, or (`given` False) to us by it.

    `iri` is that of the Offer that carried it; `card` is the card as JSON, with its proof.
    """

    id: int
    iri: str
    given: bool
    host: str
    partner_host: str
    partner_iri: str
    name: str
    url: str
    words: str
    card: str
    state: str
    created_at: int
    expires_at: int

    @classmethod
    def from_row(cls, row: Row) -> "Held":
        """The introduction in a row that has its columns."""
        return cls(**{**{name: row[name] for name in cls.__slots__}, "given": bool(row["given"])})


def add_introduction(tx: Tx, held: Held) -> bool:
    """Store an introduction; False if its Offer is known."""
    values = {name: getattr(held, name) for name in Held.__slots__}
    return bool(
        tx.run(
            """
            insert into introduction (id, iri, given, host, partner_host, partner_iri, name, url,
                words, card, state, created_at, expires_at)
            values (:id, :iri, :given, :host, :partner_host, :partner_iri, :name, :url,
                :words, :card, :state, :created_at, :expires_at)
            on conflict (iri) do nothing
            """,
            **{**values, "given": int(held.given)},
        )
    )


def introduction_by_id(tx: Tx, introduction_id: int) -> Held | None:
    """The introduction with that id."""
    row = tx.one(
        """
        select id, iri, given, host, partner_host, partner_iri, name, url, words, card, state,
            created_at, expires_at
        from introduction where id = :id
        """,
        id=introduction_id,
    )
    return Held.from_row(row) if row else None


def introduction_by_iri(tx: Tx, iri: str) -> Held | None:
    """The introduction that the Offer at `iri` carried."""
    row = tx.one(
        """
        select id, iri, given, host, partner_host, partner_iri, name, url, words, card, state,
            created_at, expires_at
        from introduction where iri = :iri
        """,
        iri=iri,
    )
    return Held.from_row(row) if row else None


def waiting_introductions(tx: Tx, now: int) -> list[Held]:
    """What was given to us and waits for an answer, the oldest first, unless it is over."""
    rows = tx.all(
        """
        select id, iri, given, host, partner_host, partner_iri, name, url, words, card, state,
            created_at, expires_at
        from introduction
        where given = 0 and state = 'waiting' and expires_at > :now order by id limit :limit
        """,
        now=now,
        limit=SHOWN_MAX,
    )
    return [Held.from_row(row) for row in rows]


def given_introductions(tx: Tx) -> list[Held]:
    """What we gave and have not taken back, the oldest first."""
    rows = tx.all(
        """
        select id, iri, given, host, partner_host, partner_iri, name, url, words, card, state,
            created_at, expires_at
        from introduction
        where given = 1 and state in ('waiting', 'accepted', 'declined') order by id limit :limit
        """,
        limit=SHOWN_MAX,
    )
    return [Held.from_row(row) for row in rows]


def waiting_from(tx: Tx, partner_host: str, most: int) -> int:
    """How many introductions by a host wait for an answer, counted up to `most`."""
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from introduction
            where partner_host = :host and state = 'waiting' limit :most) as several
        """,
        host=partner_host,
        most=most,
    )
    return int(row["total"]) if row else 0


def settle_introduction(tx: Tx, introduction_id: int, state: str, now: int) -> None:
    """Say what became of an introduction."""
    tx.run(
        "update introduction set state = :state, settled_at = :now where id = :id",
        id=introduction_id,
        state=state,
        now=now,
    )


def withdrawn_vouches(tx: Tx, hosts: Sequence[str]) -> set[str]:
    """Those among `hosts` whom somebody introduced to us and no longer vouches for."""
    rows = tx.all(
        """
        select host from introduction
        where host in (:hosts[]) and given = 0 and state = 'withdrawn'
        """,
        hosts=hosts,
    )
    return {row["host"] for row in rows}


def forget_old_introductions(tx: Tx, now: int) -> int:
    """Drop the introductions that have been over for 90 days; how many."""
    return tx.run("delete from introduction where expires_at < :before", before=now - KEPT_S)


@dataclass(frozen=True, slots=True)
class Line:
    """When a neighbour was heard last, and how many deliveries wait for it."""

    heard_at: int | None = None
    waiting: int = 0


def lines_to(tx: Tx, hosts: Sequence[str]) -> dict[str, Line]:
    """How it stands with each of those hosts that we send to."""
    rows = tx.all(
        """
        select d.host, d.last_heard_at, d.last_success_at,
            (select count(*) from delivery w
             where w.host = d.host and w.state = 'waiting') as waiting
        from destination d where d.host in (:hosts[])
        """,
        hosts=hosts,
    )
    return {
        row["host"]: Line(
            max(row["last_heard_at"] or 0, row["last_success_at"] or 0) or None, row["waiting"]
        )
        for row in rows
    }
