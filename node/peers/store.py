"""The policies stored here, one row a host, and the number that grows with every change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from node.db.tx import Tx
from node.peers.rules import Circle, Policy, names_over

PEERS_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What we have to do with one host, and why. `frozen_at`: its messages wait since then."""

    host: str
    policy: Policy
    reason: str
    frozen_at: int | None
    frozen_reason: str | None
    created_at: int
    updated_at: int


def peer_by_host(tx: Tx, host: str) -> Peer | None:
    """What is said of that very host, or None."""
    row = tx.one(
        """
        select host, policy, reason, frozen_at, frozen_reason, created_at, updated_at
        from peer where host = :host
        """,
        host=host,
    )
    return Peer(**{**row, "policy": Policy(row["policy"])}) if row else None


def peers_after(tx: Tx, host: str, limit: int) -> list[Peer]:
    """The peers whose host comes after that one, in the order of their names."""
    rows = tx.all(
        """
        select host, policy, reason, frozen_at, frozen_reason, created_at, updated_at
        from peer where host > :host order by host limit :limit
        """,
        host=host,
        limit=limit,
    )
    return [Peer(**{**row, "policy": Policy(row["policy"])}) for row in rows]


def put_policy(tx: Tx, host: str, policy: Policy, reason: str, now: int) -> None:
    """Say what a host is to us from now on."""
    tx.run(
        """
        insert into peer (host, policy, reason, created_at, updated_at)
        values (:host, :policy, :reason, :now, :now)
        on conflict (host) do update
        set policy = excluded.policy, reason = excluded.reason, updated_at = excluded.updated_at
        """,
        host=host,
        policy=policy.value,
        reason=reason,
        now=now,
    )
    note_change(tx)


def drop_peer(tx: Tx, host: str) -> bool:
    """Say nothing of a host any more; whether anything was said."""
    note_change(tx)
    return bool(tx.run("delete from peer where host = :host", host=host))


def note_change(tx: Tx) -> None:
    """Let every process that holds a copy of the policies read them again."""
    tx.run("update circle set version = version + 1 where id = 1")


def put_mode(tx: Tx, *, is_closed: bool, holds_strangers: bool = False) -> None:
    """Say what the settings do, so that it can be decided here as well.

    `is_closed`: only trusted peers are met. `holds_strangers`: what comes from hosts without a
    relation waits for a look (T106).
    """
    changed = tx.run(
        """
        update circle set closed = :closed, hold_strangers = :holds
        where id = 1 and (closed <> :closed or hold_strangers <> :holds)
        """,
        closed=int(is_closed),
        holds=int(holds_strangers),
    )
    if changed:
        note_change(tx)


def circle_version(tx: Tx) -> int:
    """The number that grows with every change."""
    row = tx.one("select version from circle where id = 1")
    return int(row["version"]) if row else 0


def whole_circle(tx: Tx, ours: str) -> tuple[int, Circle]:
    """Every policy, with the number that they were read at."""
    rows = tx.all(
        "select host, policy, frozen_at from peer where host > '' order by host limit :most",
        most=PEERS_MAX,
    )
    return circle_version(tx), Circle(
        policies={row["host"]: Policy(row["policy"]) for row in rows},
        frozen=frozenset(row["host"] for row in rows if row["frozen_at"] is not None),
        is_closed=is_closed(tx),
        ours=ours,
        listing=hosts_listing(tx),
    )


def hosts_listing(tx: Tx) -> frozenset[str]:
    """The hosts that list communities of their own for everybody."""
    rows = tx.all("select distinct host from neighbour_community limit :most", most=PEERS_MAX)
    return frozenset(row["host"] for row in rows)


def circle_around(tx: Tx, authorities: Collection[str], ours: str = "") -> Circle:
    """As much of the policies as decides about those hosts, as this transaction sees them."""
    names: Sequence[str] = sorted({name for one in authorities for name in names_over(one)})
    rows = tx.all(
        "select host, policy, frozen_at from peer where host in (:names[])",
        names=names,
    )
    return Circle(
        policies={row["host"]: Policy(row["policy"]) for row in rows},
        frozen=frozenset(row["host"] for row in rows if row["frozen_at"] is not None),
        is_closed=is_closed(tx),
        ours=ours,
    )


def is_closed(tx: Tx) -> bool:
    """Whether only trusted peers are met."""
    row = tx.one("select closed from circle where id = 1")
    return bool(row and row["closed"])


def holds_strangers(tx: Tx) -> bool:
    """Whether what comes from hosts without a relation waits for a look."""
    row = tx.one("select hold_strangers from circle where id = 1")
    return bool(row and row["hold_strangers"])


def freeze(tx: Tx, host: str, reason: str, now: int) -> None:
    """Let what comes from and goes to a host wait until an organiser has looked (T105)."""
    tx.run(
        """
        insert into peer (host, policy, reason, frozen_at, frozen_reason, created_at, updated_at)
        values (:host, 'open', '', :now, :reason, :now, :now)
        on conflict (host) do update
        set frozen_at = coalesce(peer.frozen_at, excluded.frozen_at),
            frozen_reason = coalesce(peer.frozen_reason, excluded.frozen_reason)
        """,
        host=host,
        reason=reason,
        now=now,
    )
    note_change(tx)


def thaw(tx: Tx, host: str) -> bool:
    """An organiser has looked: messages go on; whether they had waited."""
    changed = tx.run(
        """
        update peer set frozen_at = null, frozen_reason = null
        where host = :host and frozen_at is not null
        """,
        host=host,
    )
    note_change(tx)
    return bool(changed)
