"""The reports stored here: what somebody wants looked at, until it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.moderation.desk_store import (
    add_case,
    make_urgent,
    open_case_about,
    reopen_case,
    settle_empty_case,
)
from node.topics.moderation.reasons import CATEGORIES, is_urgent

WORDS_CHARACTERS_MAX = 2_000
POSTS_MAX = 50
OPEN_PER_HOST_MAX = 500
REPORTS_LISTED_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report that was checked: `post_ids` are only what its reporter could see."""

    iri: str
    reporter_id: int
    about_id: int | None
    group_id: int | None
    words: str
    post_ids: Sequence[int]
    reason: str = "other"
    is_forwarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report, as whoever looks after things reads it; those of the same thing are one case.

    `is_ours`: somebody of this node made it. `forwarded`: the home of whom it is about is told;
    `told` is then `waiting` or `parked` while that has not taken it, and None once it has.
    """

    id: int
    reporter: str
    about: str | None
    community: str | None
    words: str
    posts: tuple[str, ...]
    created_at: int
    reason: str
    case_id: int | None
    reporter_host: str
    is_ours: bool
    forwarded: bool
    told: str | None

    @classmethod
    def from_row(cls, tx: Tx, row: Row) -> "Report":
        """The report in a row that has its columns, with the posts it is about."""
        values: dict[str, Any] = dict(row)
        values["is_ours"], values["forwarded"] = bool(row["is_ours"]), bool(row["forwarded"])
        return cls(**values, posts=reported_posts(tx, row["id"]))


def add_report(tx: Tx, report: NewReport, now: int) -> bool:
    """Store a report and put it in a case: in one that is open about the same thing, if there is.

    False if it is known, or if too many of its reporter's host wait.
    """
    report_id = new_id(now)
    added = tx.run(
        """
        insert into report (id, iri, reporter_id, about_id, group_id, words, created_at, category,
            reason, forwarded)
        select :id, :iri, :reporter_id, :about_id, :group_id, :words, :now, :category, :reason,
            :forwarded
        from (select count(*) as total from (
                select 1 from report r join actor a on a.id = r.reporter_id
                where r.resolved_at is null
                  and a.host = (select host from actor where id = :reporter_id)
                limit :most) as several) as held
        where held.total < :most
        on conflict do nothing
        """,
        id=report_id,
        iri=report.iri,
        reporter_id=report.reporter_id,
        about_id=report.about_id,
        group_id=report.group_id,
        words=report.words[:WORDS_CHARACTERS_MAX],
        now=now,
        category=CATEGORIES[report.reason],
        reason=report.reason,
        forwarded=int(report.is_forwarded),
        most=OPEN_PER_HOST_MAX,
    )
    for post_id in report.post_ids[:POSTS_MAX] if added else ():
        tx.run(
            """
            insert into report_post (report_id, post_id) values (:report_id, :post_id)
            on conflict do nothing
            """,
            report_id=report_id,
            post_id=post_id,
        )
    if added:
        put_in_case(tx, report_id, report, now)
    return added == 1


def put_in_case(tx: Tx, report_id: int, report: NewReport, now: int) -> None:
    posts, about_id = report.post_ids[:POSTS_MAX], report.about_id
    case_id = open_case_about(tx, report.group_id, about_id, posts) if about_id else None
    if case_id is None:
        case_id = add_case(
            tx,
            "report",
            now,
            group_id=report.group_id,
            about_id=about_id,
            post_id=posts[0] if posts else None,
        )
    if is_urgent(report.reason):
        make_urgent(tx, case_id)
    tx.run("update report set case_id = :case_id where id = :id", case_id=case_id, id=report_id)


REPORTS = """
    select r.id, r.words, r.created_at, coalesce(r.reason, r.category) as reason, r.case_id,
        r.forwarded, who.handle as reporter, who.host as reporter_host, who.local as is_ours,
        about.handle as about, g.handle as community,
        (select d.state from outbox_entry e join delivery d on d.entry_id = e.id
         where e.iri = r.iri limit 1) as told
    from report r join actor who on who.id = r.reporter_id
    left join actor about on about.id = r.about_id
    left join actor g on g.id = r.group_id
"""


def open_reports(tx: Tx, limit: int = REPORTS_LISTED_MAX, *, after_id: int = 0) -> list[Report]:
    """What waits above an id, the oldest first."""
    rows = tx.all(
        REPORTS
        + """
        where r.resolved_at is null and r.id > :after_id
        order by r.id limit :limit
        """,
        after_id=after_id,
        limit=limit,
    )
    return [Report.from_row(tx, row) for row in rows]


def reports_of_case(tx: Tx, case_id: int) -> list[Report]:
    """All reports of one case, settled or not, the oldest first."""
    rows = tx.all(
        REPORTS + " where r.case_id = :case_id order by r.id limit :limit",
        case_id=case_id,
        limit=REPORTS_LISTED_MAX,
    )
    return [Report.from_row(tx, row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """A report as whoever made it reads it; `outcome` is None while nobody has decided."""

    id: int
    reason: str
    words: str
    about: str | None
    created_at: int
    outcome: str | None


def reports_by(tx: Tx, reporter_id: int, limit: int, before_id: int) -> list[OwnReport]:
    """What somebody reported, below an id, the newest first."""
    rows = tx.all(
        """
        select r.id, coalesce(r.reason, r.category) as reason, r.words, about.handle as about,
            r.created_at, case when c.settled_at is null then null else c.outcome end as outcome
        from report r left join actor about on about.id = r.about_id
            left join desk_case c on c.id = r.case_id
        where r.reporter_id = :reporter_id and r.id < :before_id
        order by r.id desc limit :limit
        """,
        reporter_id=reporter_id,
        before_id=before_id,
        limit=limit,
    )
    return [OwnReport(**row) for row in rows]


def count_open(tx: Tx) -> int:
    """How many reports wait for a look."""
    row = tx.one("select count(*) as total from report where resolved_at is null")
    return int(row["total"]) if row else 0


def reported_posts(tx: Tx, report_id: int) -> tuple[str, ...]:
    """The iris of the posts that a report is about."""
    rows = tx.all(
        """
        select p.iri from report_post r join post p on p.id = r.post_id
        where r.report_id = :report_id order by p.id limit :limit
        """,
        report_id=report_id,
        limit=POSTS_MAX,
    )
    return tuple(row["iri"] for row in rows)


def count_open_of(tx: Tx, reporter_id: int, most: int) -> int:
    """How many reports of somebody wait, counted up to `most`."""
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from report where reporter_id = :reporter_id and resolved_at is null
            limit :most) as several
        """,
        reporter_id=reporter_id,
        most=most,
    )
    return int(row["total"]) if row else 0


def report_id_of(tx: Tx, iri: str) -> int:
    """The number of the report at `iri`, which is stored here."""
    row = tx.one("select id from report where iri = :iri", iri=iri)
    return int(row["id"]) if row else 0


def withdraw_report(tx: Tx, iri: str, reporter_id: int, now: int) -> bool:
    """Settle a report because who made it takes it back."""
    changed = tx.run(
        """
        update report set resolved_at = coalesce(resolved_at, :now)
        where iri = :iri and reporter_id = :reporter_id
        """,
        iri=iri,
        reporter_id=reporter_id,
        now=now,
    )
    if changed:
        settle_empty_case(tx, iri, now)
    return changed == 1


def reopen_report(tx: Tx, report: NewReport) -> bool:
    """Have a report looked at again that its reporter took back and makes anew; False if there is
    none. It says what it says now, about the same."""
    changed = tx.run(
        """
        update report set resolved_at = null, words = :words
        where iri = :iri and reporter_id = :reporter_id
        """,
        iri=report.iri,
        reporter_id=report.reporter_id,
        words=report.words[:WORDS_CHARACTERS_MAX],
    )
    if changed:
        reopen_case(tx, report.iri)
    return changed == 1


def who_might_look(tx: Tx, group_id: int | None) -> list[int]:
    """The people of this node who look after a community of ours, and after the node itself."""
    rows = tx.all(
        """
        select actor_id from account
        where role in ('moderator', 'organiser') and disabled_at is null
        union
        select m.actor_id from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id and m.role in ('moderator', 'organiser') and a.local = 1
        limit 200
        """,
        group_id=group_id or 0,
    )
    return [row["actor_id"] for row in rows]
