"""The cases on the desk of those who look after things."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from node.base.ids import new_id
from node.db.tx import Row, Tx

CASES_LISTED_MAX = 200
Kind = Literal["report", "appeal", "waiting"]
Outcome = Literal[
    "left",
    "removed",
    "warned",
    "shut_out",
    "passed_on",
    "granted",
    "refused",
    "let_through",
    "withdrawn",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to decide. `group_id` is None where those decide who look after the node.

    `taken_by` is who is on it; `outcome` is what was done last, also after it was settled.
    """

    id: int
    kind: Kind
    group_id: int | None
    about_id: int | None
    post_id: int | None
    urgent: bool
    opened_at: int
    taken_by: int | None
    settled_at: int | None
    outcome: Outcome | None
    passed_iri: str | None

    @classmethod
    def from_row(cls, row: Row) -> "Case":
        """The case in a row that has its columns."""
        values: dict[str, Any] = {one.name: row[one.name] for one in fields(cls)}
        values["urgent"] = bool(row["urgent"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody looks after: communities by id, and perhaps the node.

    `me_id` sees no case about themselves. `every` is for the keeper's commands.
    """

    me_id: int
    groups: tuple[int, ...]
    node: bool = False
    every: bool = False


CASES = """
    select c.id, c.kind, c.group_id, c.about_id, c.post_id, c.urgent, c.opened_at, c.taken_by,
        c.settled_at, c.outcome, c.passed_iri
    from desk_case c
"""
FOR_DESK = """
      and (:every = 1 or c.group_id in (:groups[]) or (:node = 1 and c.group_id is null))
      and coalesce(c.about_id, -1) <> :me_id
      and not exists (select 1 from report r join report_post rp on rp.report_id = r.id
                      join post p on p.id = rp.post_id
                      where r.case_id = c.id and p.author_id = :me_id)
"""
"""Neither about the reader nor about what they wrote: nobody looks at what is about themselves."""


def open_cases(tx: Tx, desk: Desk, limit: int, *, after_id: int = 0, urgent: bool) -> list[Case]:
    """What waits on a desk above an id, the oldest first; either the urgent or the others."""
    rows = tx.all(
        CASES
        + """
        where c.settled_at is null and c.urgent = :urgent and c.id > :after_id
        """
        + FOR_DESK
        + """
        order by c.id limit :limit
        """,
        urgent=int(urgent),
        after_id=after_id,
        limit=limit,
        **params_of(desk),
    )
    return [Case.from_row(row) for row in rows]


def settled_cases(tx: Tx, desk: Desk, limit: int) -> list[Case]:
    """What was settled last, the newest first."""
    rows = tx.all(
        CASES
        + """
        where c.settled_at is not null
        """
        + FOR_DESK
        + """
        order by c.settled_at desc, c.id desc limit :limit
        """,
        limit=limit,
        **params_of(desk),
    )
    return [Case.from_row(row) for row in rows]


def case_on(tx: Tx, desk: Desk, case_id: int) -> Case | None:
    """A case that is on a desk, settled or not."""
    rows = tx.all(CASES + " where c.id = :id " + FOR_DESK, id=case_id, **params_of(desk))
    return Case.from_row(rows[0]) if rows else None


def count_cases(tx: Tx, desk: Desk, most: int) -> int:
    """How many cases wait on a desk, counted up to `most`."""
    return sum(len(open_cases(tx, desk, most, urgent=urgent)) for urgent in (True, False))


KEEPER = Desk(me_id=0, groups=(), every=True)
"""What commands see: everything, also what is about whoever looks after things alone."""


def params_of(desk: Desk) -> dict[str, Any]:
    return {
        "me_id": desk.me_id,
        "groups": desk.groups,
        "node": int(desk.node),
        "every": int(desk.every),
    }


def groups_with_cases(tx: Tx) -> list[int]:
    """The communities about which there are cases, settled or not."""
    rows = tx.all(
        """
        select distinct group_id from desk_case where group_id is not null
        order by group_id limit :limit
        """,
        limit=CASES_LISTED_MAX,
    )
    return [row["group_id"] for row in rows]


def open_case_about(
    tx: Tx, group_id: int | None, about_id: int, posts: Sequence[int]
) -> int | None:
    """The open case that a report belongs to: of one of its posts, or of the person alone."""
    row = tx.one(
        """
        select c.id from desk_case c
        where c.about_id = :about_id and c.settled_at is null and c.kind = 'report'
          and coalesce(c.group_id, 0) = :group_id
          and (c.post_id in (:posts[]) or (c.post_id is null and :is_of_person = 1))
        order by c.id limit 1
        """,
        about_id=about_id,
        group_id=group_id or 0,
        posts=posts,
        is_of_person=int(not posts),
    )
    return int(row["id"]) if row else None


def add_case(
    tx: Tx,
    kind: Kind,
    now: int,
    *,
    group_id: int | None,
    about_id: int | None,
    post_id: int | None,
    urgent: bool = False,
) -> int:
    """Put a new case on the desk; its id."""
    case_id = new_id(now)
    tx.run(
        """
        insert into desk_case (id, kind, group_id, about_id, post_id, urgent, opened_at)
        values (:id, :kind, :group_id, :about_id, :post_id, :urgent, :now)
        """,
        id=case_id,
        kind=kind,
        group_id=group_id,
        about_id=about_id,
        post_id=post_id,
        urgent=int(urgent),
        now=now,
    )
    return case_id


def make_urgent(tx: Tx, case_id: int) -> None:
    """Put a case before all others."""
    tx.run("update desk_case set urgent = 1 where id = :id", id=case_id)


def take_case(tx: Tx, case_id: int, me_id: int) -> bool:
    """Say that somebody is on a case; False if somebody else is."""
    changed = tx.run(
        """
        update desk_case set taken_by = :me_id
        where id = :id and (taken_by is null or taken_by = :me_id)
        """,
        id=case_id,
        me_id=me_id,
    )
    return changed == 1


def give_back_case(tx: Tx, case_id: int) -> None:
    """Say that nobody is on a case."""
    tx.run("update desk_case set taken_by = null where id = :id", id=case_id)


def settle_case(tx: Tx, case_id: int, outcome: Outcome, me_id: int | None, now: int) -> None:
    """Note what was done about a case; it waits no longer, nor do the reports in it."""
    tx.run(
        """
        update desk_case
        set outcome = :outcome, settled_at = coalesce(settled_at, :now), settled_by = :me_id
        where id = :id
        """,
        id=case_id,
        outcome=outcome,
        me_id=me_id,
        now=now,
    )
    tx.run(
        """
        update report set resolved_at = :now where case_id = :case_id and resolved_at is null
        """,
        case_id=case_id,
        now=now,
    )


def settle_cases_about(tx: Tx, post_id: int, now: int) -> None:
    """Nothing is to be decided any more about a post that waited, and that its author deleted."""
    tx.run("delete from waiting_post where post_id = :post_id", post_id=post_id)
    tx.run(
        """
        update desk_case set settled_at = :now, outcome = 'withdrawn'
        where post_id = :post_id and kind = 'waiting' and settled_at is null
        """,
        post_id=post_id,
        now=now,
    )


def settle_empty_case(tx: Tx, report_iri: str, now: int) -> None:
    """Settle the case of a report that was taken back, if none of its reports waits any more."""
    tx.run(
        """
        update desk_case set settled_at = :now, outcome = 'withdrawn'
        where id = (select case_id from report where iri = :iri) and settled_at is null
          and not exists (select 1 from report r where r.case_id = desk_case.id
                          and r.resolved_at is null)
        """,
        iri=report_iri,
        now=now,
    )


def reopen_case(tx: Tx, report_iri: str) -> None:
    """A report is made anew that was taken back, or settled: its case waits once more."""
    tx.run(
        """
        update desk_case set settled_at = null, outcome = null
        where id = (select case_id from report where iri = :iri)
        """,
        iri=report_iri,
    )


def note_passed(tx: Tx, case_id: int, iri: str) -> None:
    """Note with which message another place was told of a case."""
    tx.run("update desk_case set passed_iri = :iri where id = :id", id=case_id, iri=iri)


def delivery_state(tx: Tx, iri: str) -> str | None:
    """`waiting` or `parked` while a message of ours has not arrived; None once it has."""
    row = tx.one(
        """
        select d.state from outbox_entry e join delivery d on d.entry_id = e.id
        where e.iri = :iri limit 1
        """,
        iri=iri,
    )
    return str(row["state"]) if row else None


def our_reporters(tx: Tx, case_id: int) -> list[int]:
    """The people of this node who reported what a case is about."""
    rows = tx.all(
        """
        select distinct r.reporter_id from report r join actor a on a.id = r.reporter_id
        where r.case_id = :case_id and a.local = 1 and a.kind <> 'Application'
        order by r.reporter_id limit :limit
        """,
        case_id=case_id,
        limit=CASES_LISTED_MAX,
    )
    return [row["reporter_id"] for row in rows]


def posts_of_case(tx: Tx, case_id: int, limit: int) -> list[int]:
    """The posts that the reports of a case name, the oldest first."""
    rows = tx.all(
        """
        select distinct rp.post_id from report r join report_post rp on rp.report_id = r.id
        where r.case_id = :case_id order by rp.post_id limit :limit
        """,
        case_id=case_id,
        limit=limit,
    )
    return [row["post_id"] for row in rows]


def cases_about_post(tx: Tx, post_id: int) -> list[int]:
    """The cases that are about a post, by themselves or by a report; at most 20."""
    rows = tx.all(
        """
        select c.id from desk_case c where c.post_id = :post_id
        union
        select r.case_id as id from report_post rp join report r on r.id = rp.report_id
        where rp.post_id = :post_id and r.case_id is not null
        order by id limit 20
        """,
        post_id=post_id,
    )
    return [row["id"] for row in rows]
