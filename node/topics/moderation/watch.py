"""A community that nobody looks after any more takes in nobody by itself, until somebody is back.

The spam of February 2024 lived on places whose keepers were away (mastodon issue 29269); Mastodon
closes sign-up where no moderator was seen for a week.
"""

from node.base.ids import first_id
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.notifications.store import notify, withdraw_notification

UNSEEN_S = 7 * 24 * 3_600
COMMUNITIES_MAX = 5_000
UNWATCHED, WATCHED = "unwatched", "watched"
"""What those of ours who look after a community are told when it shuts itself, and opens again."""


def watch_over(tx: Tx, now: int) -> int:
    """Shut communities to newcomers that were left alone for a week, and open those that are not
    left alone any more; how many. How people join otherwise stays as it was said.
    """
    rows = tx.all(
        """
        select actor_id, watched_at, unwatched_since from community where closed_at is null
        order by actor_id limit :limit
        """,
        limit=COMMUNITIES_MAX,
    )
    changed = 0
    for row in rows:
        seen_at = max(last_seen(tx, row["actor_id"], now), row["watched_at"] or 0) or now
        is_alone = now - seen_at >= UNSEEN_S
        if seen_at != row["watched_at"]:
            put_watched(tx, row["actor_id"], seen_at)
        if is_alone is (row["unwatched_since"] is None):
            put_unwatched(tx, row["actor_id"], now if is_alone else None)
            tell_moderators(tx, row["actor_id"], UNWATCHED if is_alone else WATCHED, now)
            changed += 1
    return changed


def last_seen(tx: Tx, group_id: int, now: int) -> int:
    """When somebody who looks after a community was last here, right to a day, or wrote something
    that came here; 0 if that was not within a week or is not known."""
    row = tx.one(
        """
        select max(seen.at) as seen_at from (
            select s.seen_at as at from membership m join account a on a.actor_id = m.actor_id
                join session s on s.account_id = a.id
            where m.community_id = :group_id and m.role in ('moderator', 'organiser')
            union all
            select t.used_at as at from membership m join account a on a.actor_id = m.actor_id
                join oauth_token t on t.account_id = a.id
            where m.community_id = :group_id and m.role in ('moderator', 'organiser')
            union all
            select k.seen_at as at from membership m join account a on a.actor_id = m.actor_id
                join known_device k on k.account_id = a.id
            where m.community_id = :group_id and m.role in ('moderator', 'organiser')
            union all
            select s.seen_at as at from membership m join pseudonym n on n.actor_id = m.actor_id
                join session s on s.account_id = n.account_id
            where m.community_id = :group_id and m.role in ('moderator', 'organiser')
            union all
            select p.published_at as at from membership m join post p on p.author_id = m.actor_id
            where m.community_id = :group_id and m.role in ('moderator', 'organiser')
              and p.id >= :first_id
        ) as seen
        where seen.at <= :now
        """,
        group_id=group_id,
        first_id=first_id(now - UNSEEN_S),
        now=now,
    )
    return int(row["seen_at"] or 0) if row else 0


def put_watched(tx: Tx, group_id: int, seen_at: int) -> None:
    tx.run(
        "update community set watched_at = :seen_at where actor_id = :id",
        id=group_id,
        seen_at=seen_at,
    )


def put_unwatched(tx: Tx, group_id: int, since: int | None) -> None:
    tx.run(
        "update community set unwatched_since = :since where actor_id = :id",
        id=group_id,
        since=since,
    )


def tell_moderators(tx: Tx, group_id: int, kind: str, now: int) -> None:
    """Tell those of ours who look after a community, in place of what they were told before."""
    rows = tx.all(
        """
        select actor_id from membership
        where community_id = :group_id and role in ('moderator', 'organiser')
        order by actor_id limit 200
        """,
        group_id=group_id,
    )
    for row in rows:
        withdraw_notification(tx, row["actor_id"], [UNWATCHED, WATCHED], group_id, 0)
        notify(tx, row["actor_id"], kind, group_id, 0, now)


def is_unwatched(tx: Tx, group: Actor) -> bool:
    """Whether nobody who looks after a community of ours was seen for a week."""
    row = tx.one("select unwatched_since from community where actor_id = :id", id=group.id)
    return row is not None and row["unwatched_since"] is not None
