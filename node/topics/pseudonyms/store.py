"""Whose other names are whose: the one place that says so. Nothing here is for others to read."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from node.db.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """Another name of somebody: the actor that it is, and the one community that it is for.

    `stopped_at`: since when those who look after the node let it do nothing; `ended_at`: since when
    it is gone.
    """

    actor_id: int
    account_id: int
    community_id: int
    created_at: int
    stopped_at: int | None = None
    ended_at: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Pseudonym":
        """The pseudonym in a row that has its columns."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})


def pseudonym_of(tx: Tx, actor_id: int) -> Pseudonym | None:
    """What other name an actor is, unless it has ended; None for everybody's own name."""
    row = tx.one("select * from pseudonym where actor_id = :id and ended_at is null", id=actor_id)
    return Pseudonym.from_row(row) if row else None


def pseudonyms_with(tx: Tx, account_id: int) -> list[Pseudonym]:
    """The other names of whoever has that account that have not ended, the first made first."""
    rows = tx.all(
        """
        select * from pseudonym where account_id = :id and ended_at is null
        order by created_at, actor_id
        """,
        id=account_id,
    )
    return [Pseudonym.from_row(row) for row in rows]


def put_pseudonym(tx: Tx, made: Pseudonym) -> None:
    """Store a new name of somebody, and that all their names are one person's."""
    tx.run(
        """
        insert into pseudonym (actor_id, account_id, community_id, created_at)
        values (:actor_id, :account_id, :community_id, :created_at)
        """,
        actor_id=made.actor_id,
        account_id=made.account_id,
        community_id=made.community_id,
        created_at=made.created_at,
    )
    tx.run(
        """
        insert into same_person (actor_id, other_id)
        select p.actor_id, a.actor_id from pseudonym p join account a on a.id = p.account_id
        where p.actor_id = :id
        union all
        select a.actor_id, p.actor_id from pseudonym p join account a on a.id = p.account_id
        where p.actor_id = :id
        union all
        select p.actor_id, o.actor_id from pseudonym p join pseudonym o
            on o.account_id = p.account_id and o.actor_id <> p.actor_id
        where p.actor_id = :id
        union all
        select o.actor_id, p.actor_id from pseudonym p join pseudonym o
            on o.account_id = p.account_id and o.actor_id <> p.actor_id
        where p.actor_id = :id
        """,
        id=made.actor_id,
    )


def other_names(tx: Tx, actor_id: int) -> list[int]:
    """The actors that are other names of whoever has this one, ended ones too."""
    rows = tx.all("select other_id from same_person where actor_id = :id", id=actor_id)
    return [row["other_id"] for row in rows]


def put_stopped(tx: Tx, actor_id: int, at: int | None) -> None:
    """Say since when a name may do nothing, or (None) that it may go on."""
    tx.run("update pseudonym set stopped_at = :at where actor_id = :id", id=actor_id, at=at)


def has_stopped(tx: Tx, account_id: int) -> bool:
    """Whether a name of whoever has that account is stopped, or was when it ended."""
    row = tx.one(
        """
        select 1 as found from pseudonym
        where account_id = :id and stopped_at is not null limit 1
        """,
        id=account_id,
    )
    return row is not None


def put_ended(tx: Tx, actor_id: int, now: int) -> None:
    """Say that a name is gone; what it was shut out of, and who blocked it, is still known."""
    tx.run("update pseudonym set ended_at = :now where actor_id = :id", id=actor_id, now=now)


def forget_whose(tx: Tx, account_id: int) -> list[int]:
    """Forget that anything was a name of whoever has that account; those that had ended."""
    rows = tx.all("select actor_id, ended_at from pseudonym where account_id = :id", id=account_id)
    ids = [row["actor_id"] for row in rows]
    tx.run("delete from same_person where actor_id in (:ids[]) or other_id in (:ids[])", ids=ids)
    tx.run("delete from pseudonym where account_id = :id", id=account_id)
    return [row["actor_id"] for row in rows if row["ended_at"] is not None]


def move_pseudonyms(tx: Tx, old_id: int, new_id: int) -> None:
    """A community lives elsewhere now: so do the names that are for it."""
    tx.run(
        "update pseudonym set community_id = :new_id where community_id = :old_id",
        old_id=old_id,
        new_id=new_id,
    )


def forget_communities(tx: Tx, ids: Sequence[int]) -> None:
    """Communities are gone from here: a name that was for one of them is for itself alone."""
    tx.run("update pseudonym set community_id = actor_id where community_id in (:ids[])", ids=ids)
