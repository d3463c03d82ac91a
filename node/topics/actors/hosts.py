"""The actors stored here, host by host: how many, and how a host's standing is theirs."""

from collections.abc import Sequence

from node.db.tx import Tx


def hosts_known(tx: Tx) -> list[str]:
    """The host of every actor stored here, each once, by steps on the index."""
    rows = tx.all(
        """
        with recursive known (host) as (
            select min(host) from actor
            union all
            select (select min(a.host) from actor a where a.host > known.host)
            from known where known.host is not null
        )
        select host from known where host is not null
        """
    )
    return [row["host"] for row in rows]


def count_actors_of(tx: Tx, hosts: Sequence[str]) -> int:
    """How many actors of those hosts are stored here, the hidden ones as well."""
    row = tx.one(
        "select count(*) as total from actor where host in (:hosts[]) and deleted_at is null",
        hosts=hosts,
    )
    return int(row["total"]) if row else 0


def put_standing(tx: Tx, hosts: Sequence[str], *, hidden: bool, silenced: bool, now: int) -> None:
    """Say of everybody of those hosts whether they are hidden, and whether they are silenced."""
    tx.run(
        """
        update actor
        set hidden_at = case when :hidden = 1 then coalesce(hidden_at, :now) else suspended_at end,
            silenced_at = case when :silenced = 1 then coalesce(silenced_at, :now) end,
            version = version + 1
        where host in (:hosts[]) and local = 0
        """,
        hosts=hosts,
        hidden=int(hidden),
        silenced=int(silenced),
        now=now,
    )


def somebody_of(tx: Tx, host: str) -> str | None:
    """The iri of the one of that host who has been known here longest."""
    row = tx.one(
        """
        select iri from actor where host = :host and deleted_at is null and hidden_at is null
        order by id limit 1
        """,
        host=host,
    )
    return row["iri"] if row else None
