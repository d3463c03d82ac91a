"""Who asked that something be looked at again, and what was answered."""

from dataclasses import dataclass, fields
from typing import Any

from node.base.ids import new_id
from node.db.tx import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Somebody asks that what a log entry did be looked at again.

    `case_id` is None where a community elsewhere decides; of that no answer is kept here.
    """

    id: int
    group_id: int
    person_id: int
    entry_id: int
    post_id: int | None
    case_id: int | None
    words: str
    made_at: int
    answered_at: int | None = None
    granted: bool | None = None
    answer: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Appeal":
        """The appeal in a row that has its columns."""
        values: dict[str, Any] = {one.name: row[one.name] for one in fields(cls)}
        granted = values["granted"]
        values["granted"] = None if granted is None else bool(granted)
        return cls(**values)


def add_appeal(
    tx: Tx,
    iri: str,
    now: int,
    *,
    group_id: int,
    person_id: int,
    entry_id: int,
    post_id: int | None,
    case_id: int | None,
    words: str,
) -> bool:
    """Keep an appeal; False if that person has appealed against the entry before."""
    changed = tx.run(
        """
        insert into appeal (id, iri, group_id, person_id, entry_id, post_id, case_id, words,
            made_at)
        values (:id, :iri, :group_id, :person_id, :entry_id, :post_id, :case_id, :words, :now)
        on conflict do nothing
        """,
        id=new_id(now),
        iri=iri,
        group_id=group_id,
        person_id=person_id,
        entry_id=entry_id,
        post_id=post_id,
        case_id=case_id,
        words=words,
        now=now,
    )
    return changed == 1


APPEALS = """
    select id, group_id, person_id, entry_id, post_id, case_id, words, made_at, answered_at,
        granted, answer
    from appeal
"""


def appeal_against(tx: Tx, entry_id: int, person_id: int) -> Appeal | None:
    """What somebody asked about an entry of the log."""
    row = tx.one(
        APPEALS + " where entry_id = :entry_id and person_id = :person_id",
        entry_id=entry_id,
        person_id=person_id,
    )
    return Appeal.from_row(row) if row else None


def appeal_in(tx: Tx, case_id: int) -> Appeal | None:
    """The appeal that a case is."""
    row = tx.one(APPEALS + " where case_id = :case_id order by id limit 1", case_id=case_id)
    return Appeal.from_row(row) if row else None


def answer_appeal(tx: Tx, appeal_id: int, now: int, *, granted: bool, answer: str) -> bool:
    """Keep the answer; False if there is one already."""
    changed = tx.run(
        """
        update appeal set answered_at = :now, granted = :granted, answer = :answer
        where id = :id and answered_at is null
        """,
        id=appeal_id,
        granted=int(granted),
        answer=answer,
        now=now,
    )
    return changed == 1


@dataclass(frozen=True, slots=True)
class AppealCounts:
    """How often people asked a community to look again, and how often it changed its mind."""

    made: int
    granted: int
    waiting: int


def appeal_counts(tx: Tx, group_id: int) -> AppealCounts:
    """The appeals in one community of ours."""
    row = tx.one(
        """
        select count(*) as made, sum(case when granted = 1 then 1 else 0 end) as granted,
            sum(case when answered_at is null then 1 else 0 end) as waiting
        from appeal where group_id = :group_id
        """,
        group_id=group_id,
    )
    if row is None:
        return AppealCounts(0, 0, 0)
    return AppealCounts(row["made"], int(row["granted"] or 0), int(row["waiting"] or 0))
