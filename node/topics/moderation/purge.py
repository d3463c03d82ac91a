"""Removing what the log, the bans and the reports hold of posts and people that are purged."""

from collections import Counter
from collections.abc import Sequence

from node.db.tx import Tx

Counts = Counter[str]


def forget_posts(tx: Tx, ids: Sequence[int]) -> Counts:
    """Remove what is held of posts; what was removed, by table."""
    removed = Counts()
    removed["report_post"] = tx.run("delete from report_post where post_id in (:ids[])", ids=ids)
    removed["waiting_post"] = tx.run("delete from waiting_post where post_id in (:ids[])", ids=ids)
    tx.run("update desk_case set post_id = null where post_id in (:ids[])", ids=ids)
    tx.run("update appeal set post_id = null where post_id in (:ids[])", ids=ids)
    removed["held_post"] = tx.run("delete from held_post where post_id in (:ids[])", ids=ids)
    removed["moderation_entry"] = tx.run(
        "delete from moderation_entry where post_id in (:ids[])", ids=ids
    )
    return removed


def forget_actors(tx: Tx, ids: Sequence[int]) -> Counts:
    """Remove what is held of people and communities; what was removed, by table. What a name that
    has ended was shut out of still holds for whoever had it."""
    removed = Counts()
    removed["report_post"] = tx.run(
        """
        delete from report_post where report_id in (
            select id from report
            where reporter_id in (:ids[]) or about_id in (:ids[]) or group_id in (:ids[]))
        """,
        ids=ids,
    )
    removed["report"] = tx.run(
        """
        delete from report
        where reporter_id in (:ids[]) or about_id in (:ids[]) or group_id in (:ids[])
        """,
        ids=ids,
    )
    removed.update(forget_cases(tx, ids))
    removed["home_ban"] = tx.run("delete from home_ban where person_id in (:ids[])", ids=ids)
    removed["ban"] = tx.run(
        """
        delete from ban
        where group_id in (:ids[]) or (person_id in (:ids[]) and not exists (
            select 1 from same_person s where s.actor_id = ban.person_id))
        """,
        ids=ids,
    )
    removed["group_moderator"] = tx.run(
        "delete from group_moderator where group_id in (:ids[])", ids=ids
    )
    removed["moderation_entry"] = tx.run(
        "delete from moderation_entry where person_id in (:ids[]) or group_id in (:ids[])", ids=ids
    )
    return removed


def forget_cases(tx: Tx, ids: Sequence[int]) -> Counts:
    """Remove the cases about people and communities, and those whose reports are all gone; of
    others, what those people wrote to their fellows, and that they were on it."""
    removed = Counts()
    removed["appeal"] = tx.run(
        "delete from appeal where person_id in (:ids[]) or group_id in (:ids[])", ids=ids
    )
    removed["waiting_post"] = tx.run(
        "delete from waiting_post where author_id in (:ids[]) or group_id in (:ids[])", ids=ids
    )
    removed["word_filter"] = tx.run("delete from word_filter where group_id in (:ids[])", ids=ids)
    removed["desk_note"] = tx.run("delete from desk_note where by_id in (:ids[])", ids=ids)
    tx.run("update desk_case set taken_by = null where taken_by in (:ids[])", ids=ids)
    tx.run("update desk_case set settled_by = null where settled_by in (:ids[])", ids=ids)
    tx.run(
        """
        update report set case_id = null where case_id in (
            select id from desk_case where about_id in (:ids[]) or group_id in (:ids[]))
        """,
        ids=ids,
    )
    removed["desk_note"] += tx.run(
        """
        delete from desk_note where case_id in (
            select id from desk_case where about_id in (:ids[]) or group_id in (:ids[]))
        """,
        ids=ids,
    )
    removed["desk_case"] = tx.run(
        "delete from desk_case where about_id in (:ids[]) or group_id in (:ids[])", ids=ids
    )
    removed["desk_case"] += tx.run(
        """
        delete from desk_case
        where settled_at is null and kind = 'report'
          and not exists (select 1 from report r where r.case_id = desk_case.id)
          and not exists (select 1 from desk_note n where n.case_id = desk_case.id)
        """
    )
    return removed


def forget_names(tx: Tx, at: str) -> Counts:
    """Remove what names an address of a host, which `at` is a pattern of; what was removed."""
    removed = Counts()
    removed["moderation_entry"] = tx.run(
        "delete from moderation_entry where by_iri like :at or activity_iri like :at", at=at
    )
    removed["group_moderator"] = tx.run(
        "delete from group_moderator where actor_iri like :at", at=at
    )
    return removed
