"""The notifications stored here."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.base.ids import first_id, new_exact_id
from node.db.tx import Row, Tx
from node.topics.permissions.clinics import UNTOLD

KINDS = ("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update")
ID_MAX = 2**63 - 1
TRIES = 3
WORDS_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing somebody is told; `post_id` is None where it is about no post."""

    id: int
    kind: str
    from_id: int
    post_id: int | None
    created_at: int
    read_at: int | None
    words: str = ""

    @classmethod
    def from_row(cls, row: Row) -> "Notification":
        """The notification in a row that has its columns."""
        return cls(
            row["id"],
            row["kind"],
            row["from_id"],
            row["post_id"] or None,
            row["created_at"],
            row["read_at"],
            row["words"],
        )


def notify(
    tx: Tx, reader_id: int, kind: str, from_id: int, post_id: int, now: int, words: str = ""
) -> None:
    """Tell `reader_id`, if they are of this node, and not of what they did themselves.

    The same thing by the same person is told once. `post_id` is 0 where it is about no post.
    An organisation is not told who follows it or likes what it says (`permissions/clinics.py`).
    `words` are plain text that comes with it, such as a reason, cut to 500 characters.
    Nothing is told between two of whom one has blocked the other, nor of whom the reader has muted,
    whatever name of theirs does it (M10).
    """
    for _ in range(TRIES if reader_id != from_id else 0):
        notification_id = new_exact_id(now)
        is_told = tx.run(
            """
            insert into notification (id, reader_id, kind, from_id, post_id, created_at, words)
            select :id, a.id, :kind, :from_id, :post_id, :now, :words
            from actor a
            where a.id = :reader_id and a.local = 1 and a.kind <> 'Group' and a.deleted_at is null
              and (a.kind <> 'Organization' or :kind not in (:untold[]))
              and not exists (select 1 from block k where k.blocker_id = a.id
                              and k.blocked_id = :from_id)
              and not exists (select 1 from block k where k.blocker_id = :from_id
                              and k.blocked_id = a.id)
              and not exists (select 1 from mute m where m.muter_id = a.id
                              and m.muted_id = :from_id and m.hides_notifications = 1)
              and not exists (select 1 from same_person s join block k
                                  on k.blocker_id = s.other_id and k.blocked_id = :from_id
                              where s.actor_id = a.id)
              and not exists (select 1 from same_person s join block k
                                  on k.blocker_id = :from_id and k.blocked_id = s.other_id
                              where s.actor_id = a.id)
              and not exists (select 1 from same_person s join block k
                                  on k.blocker_id = a.id and k.blocked_id = s.other_id
                              where s.actor_id = :from_id)
              and not exists (select 1 from same_person s join mute m
                                  on m.muter_id = s.other_id and m.muted_id = :from_id
                              where s.actor_id = a.id and m.hides_notifications = 1)
            on conflict do nothing
            """,
            id=notification_id,
            reader_id=reader_id,
            kind=kind,
            from_id=from_id,
            post_id=post_id,
            now=now,
            untold=UNTOLD,
            words=words[:WORDS_CHARACTERS_MAX],
        )
        if is_told or not is_taken(tx, notification_id):
            return


def is_taken(tx: Tx, notification_id: int) -> bool:
    """Whether another process has used that number in the same second."""
    row = tx.one("select 1 as found from notification where id = :id", id=notification_id)
    return row is not None


def notifications(
    tx: Tx,
    reader_id: int,
    limit: int,
    *,
    before_id: int | None = None,
    after_id: int | None = None,
    kinds: Sequence[str] = KINDS,
    from_id: int | None = None,
    oldest_first: bool = False,
) -> list[Notification]:
    """What the reader is told, the newest first; `from_id` is for what one actor did.

    `oldest_first` takes those next after `after_id`, for a client that pages upwards.
    """
    sql = NEXT_NOTIFICATIONS if oldest_first else NEWEST_NOTIFICATIONS
    rows = tx.all(
        sql,
        reader_id=reader_id,
        before_id=before_id or ID_MAX,
        after_id=after_id or 0,
        kinds=kinds,
        from_id=from_id or 0,
        limit=limit,
    )
    found = [Notification.from_row(row) for row in rows]
    return found[::-1] if oldest_first else found


NEWEST_NOTIFICATIONS = """
    select n.id, n.kind, n.from_id, n.post_id, n.created_at, n.read_at, n.words
    from notification n join actor a on a.id = n.from_id
    where n.reader_id = :reader_id and n.id < :before_id and n.id > :after_id
      and n.dismissed_at is null and n.kind in (:kinds[])
      and (:from_id = 0 or n.from_id = :from_id)
      and a.deleted_at is null and a.hidden_at is null
      and not exists (select 1 from mute m where m.muter_id = :reader_id
                      and m.muted_id = n.from_id and m.hides_notifications = 1)
      and not exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                      where s.actor_id = :reader_id and m.muted_id = n.from_id
                        and m.hides_notifications = 1)
    order by n.id desc
    limit :limit
"""
NEXT_NOTIFICATIONS = """
    select n.id, n.kind, n.from_id, n.post_id, n.created_at, n.read_at, n.words
    from notification n join actor a on a.id = n.from_id
    where n.reader_id = :reader_id and n.id < :before_id and n.id > :after_id
      and n.dismissed_at is null and n.kind in (:kinds[])
      and (:from_id = 0 or n.from_id = :from_id)
      and a.deleted_at is null and a.hidden_at is null
      and not exists (select 1 from mute m where m.muter_id = :reader_id
                      and m.muted_id = n.from_id and m.hides_notifications = 1)
      and not exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                      where s.actor_id = :reader_id and m.muted_id = n.from_id
                        and m.hides_notifications = 1)
    order by n.id
    limit :limit
"""


def strangers_heard(tx: Tx, reader_id: int, since: int, only_id: int = 0) -> int:
    """How often people of other nodes whom the reader does not follow have named or answered them
    since; of one alone, if `only_id` is theirs."""
    row = tx.one(
        """
        select count(*) as total
        from notification n join actor a on a.id = n.from_id
        where n.reader_id = :reader_id and n.id >= :first_id and n.kind = 'mention' and a.local = 0
          and (:only_id = 0 or n.from_id = :only_id)
          and not exists (select 1 from follow f where f.follower_id = :reader_id
                          and f.followed_id = n.from_id and f.state = 'accepted')
        """,
        reader_id=reader_id,
        first_id=first_id(since),
        only_id=only_id,
    )
    return int(row["total"]) if row else 0


def notification(tx: Tx, reader_id: int, notification_id: int) -> Notification | None:
    """One notification of the reader's, unless dismissed."""
    row = tx.one(
        """
        select id, kind, from_id, post_id, created_at, read_at, words from notification
        where id = :id and reader_id = :reader_id and dismissed_at is null
        """,
        id=notification_id,
        reader_id=reader_id,
    )
    return Notification.from_row(row) if row else None


def unread_count(tx: Tx, reader_id: int, most: int) -> int:
    """How many the reader has not read of what clients know, counted up to `most`."""
    row = tx.one(
        """
        select count(*) as unread from (
            select 1 from notification n
            where n.reader_id = :reader_id and n.read_at is null and n.dismissed_at is null
              and n.kind in (:kinds[])
              and not exists (select 1 from mute m where m.muter_id = :reader_id
                              and m.muted_id = n.from_id and m.hides_notifications = 1)
              and not exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                              where s.actor_id = :reader_id and m.muted_id = n.from_id
                                and m.hides_notifications = 1)
            limit :most
        ) as newest
        """,
        reader_id=reader_id,
        kinds=KINDS,
        most=most,
    )
    return int(row["unread"]) if row else 0


def mark_read(tx: Tx, reader_id: int, up_to_id: int, now: int) -> None:
    """The reader has seen everything up to that one."""
    tx.run(
        """
        update notification set read_at = :now
        where reader_id = :reader_id and id <= :up_to and read_at is null
        """,
        reader_id=reader_id,
        up_to=up_to_id,
        now=now,
    )


def dismiss(tx: Tx, reader_id: int, notification_id: int, now: int) -> None:
    """Put one away; repeating it does nothing."""
    tx.run(
        """
        update notification set dismissed_at = :now, read_at = coalesce(read_at, :now)
        where reader_id = :reader_id and id = :id and dismissed_at is null
        """,
        reader_id=reader_id,
        id=notification_id,
        now=now,
    )


def clear(tx: Tx, reader_id: int, now: int) -> None:
    """Put all of the reader's away."""
    tx.run(
        """
        update notification set dismissed_at = :now, read_at = coalesce(read_at, :now)
        where reader_id = :reader_id and dismissed_at is null
        """,
        reader_id=reader_id,
        now=now,
    )


def withdraw_notification(
    tx: Tx, reader_id: int, kinds: Sequence[str], from_id: int, post_id: int
) -> bool:
    """Take back what was told, because it was undone; whether anything was."""
    changed = tx.run(
        """
        delete from notification
        where reader_id = :reader_id and from_id = :from_id and post_id = :post_id
          and kind in (:kinds[])
        """,
        reader_id=reader_id,
        kinds=kinds,
        from_id=from_id,
        post_id=post_id,
    )
    return changed > 0


def withdraw_from(tx: Tx, reader_id: int, from_id: int) -> None:
    """Take back everything that the reader was told of somebody."""
    tx.run(
        "delete from notification where reader_id = :reader_id and from_id = :from_id",
        reader_id=reader_id,
        from_id=from_id,
    )


def withdraw_of_post(tx: Tx, post_id: int) -> None:
    """Take back everything told about a post that is gone."""
    tx.run("delete from notification where post_id = :post_id", post_id=post_id)


def withdraw_from_strangers(tx: Tx, post_id: int, author_id: int) -> None:
    """Take back what was told about a post to those who do not follow its author."""
    tx.run(
        """
        delete from notification
        where post_id = :post_id and not exists (
            select 1 from follow f where f.follower_id = notification.reader_id
              and f.followed_id = :author_id and f.state = 'accepted')
        """,
        post_id=post_id,
        author_id=author_id,
    )


def withdraw_from_outsiders(tx: Tx, post_id: int, author_id: int, *, to_followers: bool) -> None:
    """Take back what was told about a post to those who may not see it now: whom it does not name
    and, where it is for followers, who does not follow its author."""
    tx.run(
        """
        delete from notification
        where post_id = :post_id
          and not exists (select 1 from post_recipient r
                          where r.post_id = :post_id and r.actor_id = notification.reader_id)
          and not (:to_followers = 1 and exists (
              select 1 from follow f where f.follower_id = notification.reader_id
                and f.followed_id = :author_id and f.state = 'accepted'))
        """,
        post_id=post_id,
        author_id=author_id,
        to_followers=int(to_followers),
    )
