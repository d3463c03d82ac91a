"""The reports stored here: what somebody wants looked at, until it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Tx
from node.ids import new_id

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that waits, as whoever looks after things reads it."""

    id: int
    reporter: str
    about: str | None
    community: str | None
    words: str
    posts: tuple[str, ...]
    created_at: int


def add_report(tx: Tx, report: NewReport, now: int) -> bool:
    """Store a report; False if it is known, or if too many of its reporter's host wait."""
    report_id = new_id(now)
    added = tx.run(
        """
        insert into report (id, iri, reporter_id, about_id, group_id, words, created_at)
        select :id, :iri, :reporter_id, :about_id, :group_id, :words, :now
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


def open_reports(tx: Tx, limit: int = REPORTS_LISTED_MAX) -> list[Report]:
    """What waits, the oldest first."""
    rows = tx.all(
        """
        select r.id, r.words, r.created_at, who.handle as reporter, about.handle as about,
            g.handle as community
        from report r join actor who on who.id = r.reporter_id
        left join actor about on about.id = r.about_id
        left join actor g on g.id = r.group_id
        where r.resolved_at is null
        order by r.id limit :limit
        """,
        limit=limit,
    )
    return [Report(**row, posts=reported_posts(tx, row["id"])) for row in rows]


def open_reports_in(tx: Tx, group_id: int) -> list[Report]:
    """What waits about one community, the oldest first."""
    rows = tx.all(
        """
        select r.id, r.words, r.created_at, who.handle as reporter, about.handle as about,
            g.handle as community
        from report r join actor who on who.id = r.reporter_id
        left join actor about on about.id = r.about_id
        left join actor g on g.id = r.group_id
        where r.group_id = :group_id and r.resolved_at is null
        order by r.id limit :limit
        """,
        group_id=group_id,
        limit=REPORTS_LISTED_MAX,
    )
    return [Report(**row, posts=reported_posts(tx, row["id"])) for row in rows]


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
