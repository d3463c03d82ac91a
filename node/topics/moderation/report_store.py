"""The reports stored here: what somebody wants looked at, until it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from node.base.ids import new_id
from node.db.tx import Row, Tx

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
    category: str = "other"
    is_forwarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that waits, as whoever looks after things reads it.

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
    category: str
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
    """Store a report; False if it is known, or if too many of its reporter's host wait."""
    report_id = new_id(now)
    added = tx.run(
        """
        insert into report (id, iri, reporter_id, about_id, group_id, words, created_at, category,
            forwarded)
        select :id, :iri, :reporter_id, :about_id, :group_id, :words, :now, :category, :forwarded
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
        category=report.category,
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
    return added == 1


REPORTS = """
    select r.id, r.words, r.created_at, r.category, r.forwarded, who.handle as reporter,
        who.host as reporter_host, who.local as is_ours, about.handle as about,
        g.handle as community,
        (select d.state from outbox_entry e join delivery d on d.entry_id = e.id
         where e.iri = r.iri limit 1) as told
    from report r join actor who on who.id = r.reporter_id
    left join actor about on about.id = r.about_id
    left join actor g on g.id = r.group_id
"""


NOT_ABOUT = """
        and coalesce(r.about_id, -1) <> :but_about
        and not exists (select 1 from report_post rp join post p on p.id = rp.post_id
                        where rp.report_id = r.id and p.author_id = :but_about)
"""
"""Neither about somebody nor about what they wrote: they look at no report about themselves."""


def open_reports(
    tx: Tx, limit: int = REPORTS_LISTED_MAX, *, after_id: int = 0, but_about: int = 0
) -> list[Report]:
    """What waits above an id, the oldest first, but for what is about one actor of ours."""
    rows = tx.all(
        REPORTS
        + """
        where r.resolved_at is null and r.id > :after_id
        """
        + NOT_ABOUT
        + """
        order by r.id limit :limit
        """,
        after_id=after_id,
        but_about=but_about,
        limit=limit,
    )
    return [Report.from_row(tx, row) for row in rows]


def open_reports_in(tx: Tx, group_id: int, *, but_about: int = 0) -> list[Report]:
    """What waits about one community, the oldest first, but for what is about one actor of ours."""
    rows = tx.all(
        REPORTS
        + """
        where r.group_id = :group_id and r.resolved_at is null
        """
        + NOT_ABOUT
        + """
        order by r.id limit :limit
        """,
        group_id=group_id,
        but_about=but_about,
        limit=REPORTS_LISTED_MAX,
    )
    return [Report.from_row(tx, row) for row in rows]


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


def resolve_report_but(tx: Tx, me_id: int, report_id: int, now: int) -> None:
    """Settle a report that is not about `me_id`; repeating it does nothing."""
    tx.run(
        """
        update report set resolved_at = :now
        where id = :id and resolved_at is null and coalesce(about_id, 0) <> :me_id
          and not exists (select 1 from report_post rp join post p on p.id = rp.post_id
                          where rp.report_id = report.id and p.author_id = :me_id)
        """,
        id=report_id,
        me_id=me_id,
        now=now,
    )


def resolve_report(tx: Tx, report_id: int, now: int) -> bool:
    """Settle a report; False if there is none that waits."""
    changed = tx.run(
        "update report set resolved_at = :now where id = :id and resolved_at is null",
        id=report_id,
        now=now,
    )
    return changed == 1


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
    return changed == 1


def who_looks_after(tx: Tx, group_id: int | None) -> list[int]:
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
