"""The collections of our actors and posts as other nodes read them: public things only."""

from dataclasses import dataclass
from typing import Any

import msgspec

from node.db.tx import Tx
from node.posts.store import Post

Json = dict[str, Any]
PAGE = 20
ROUNDED_TO = 10
THREAD_MAX = 400
ID_MAX = 2**63 - 1
read_json = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """Public activities, the newest first; `next_before` is the id to ask below for more."""

    activities: list[Json]
    next_before: int | None


def outbox_page(tx: Tx, actor_id: int, before: int | None) -> OutboxPage:
    """The newest public activities of an actor of ours below the entry id `before`."""
    rows = tx.all(
        """
        select id, body from outbox_entry
        where actor_id = :actor_id and public = 1 and id < :before
          and kind in ('Create', 'Announce')
        order by id desc limit :limit
        """,
        actor_id=actor_id,
        before=before or ID_MAX,
        limit=PAGE,
    )
    more = rows[-1]["id"] if len(rows) == PAGE else None
    return OutboxPage([read_json(row["body"]) for row in rows], more)


def outbox_total(tx: Tx, actor_id: int) -> int:
    """How many public activities an actor of ours has made."""
    row = tx.one(
        """
        select count(*) as total from outbox_entry
        where actor_id = :actor_id and public = 1 and kind in ('Create', 'Announce')
        """,
        actor_id=actor_id,
    )
    return int(row["total"]) if row else 0


def activity_body(tx: Tx, iri: str) -> Json | None:
    """A public activity of ours as it was sent."""
    row = tx.one("select body from outbox_entry where iri = :iri and public = 1", iri=iri)
    return read_json(row["body"]) if row else None


def thread_iris(tx: Tx, post: Post) -> list[str]:
    """The public posts of a conversation, the first one first (FEP-7888)."""
    rows = tx.all(
        """
        select iri from post
        where root_id = :root_id and deleted_at is null and visibility in ('public', 'unlisted')
        order by id limit :limit
        """,
        root_id=post.root_id,
        limit=THREAD_MAX,
    )
    return [row["iri"] for row in rows]


def reply_iris(tx: Tx, post: Post) -> list[str]:
    """The public answers to a post, the first one first."""
    rows = tx.all(
        """
        select iri from post
        where parent_id = :id and deleted_at is null and visibility in ('public', 'unlisted')
        order by id limit :limit
        """,
        id=post.id,
        limit=THREAD_MAX,
    )
    return [row["iri"] for row in rows]


def followers_total(tx: Tx, actor_id: int) -> int:
    """How many follow an actor of ours."""
    row = tx.one(
        """
        select count(*) as total from follow
        where followed_id = :actor_id and state = 'accepted'
        """,
        actor_id=actor_id,
    )
    return int(row["total"]) if row else 0


def following_total(tx: Tx, actor_id: int) -> int:
    """How many an actor of ours follows."""
    row = tx.one(
        """
        select count(*) as total from follow
        where follower_id = :actor_id and state = 'accepted'
        """,
        actor_id=actor_id,
    )
    return int(row["total"]) if row else 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What NodeInfo tells of us, rounded down to tens: a small group's growth is its own affair."""

    people: int
    active: int
    posts: int


def usage(tx: Tx, since: int) -> Usage:
    """How many accounts, how many of them wrote since then, and how many public posts are ours."""
    row = tx.one(
        """
        select (select count(*) from account where disabled_at is null) as people,
            (select count(*) from account a where exists (
                select 1 from post p where p.author_id = a.actor_id
                  and p.published_at >= :since and p.deleted_at is null)) as active,
            (select count(*) from post p where p.visibility = 'public' and p.deleted_at is null
                and p.parent_iri is null and p.local = 1) as posts
        """,
        since=since,
    )
    counts = (row["people"], row["active"], row["posts"]) if row else (0, 0, 0)
    return Usage(*(count // ROUNDED_TO * ROUNDED_TO for count in counts))
