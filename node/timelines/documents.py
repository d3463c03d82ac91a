"""The collections of our actors and posts as other nodes read them: public things only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from node.db.tx import Row, Tx
from node.posts.store import Post

Json = dict[str, Any]
PAGE = 20
ROUNDED_TO = 10
POSTS_PAGE = 100
TOLD_FROM = 50
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
        select e.id, e.body from outbox_entry e left join post p on p.iri = e.object_iri
        where e.actor_id = :actor_id and e.public = 1 and e.id < :before
          and e.kind in ('Create', 'Announce') and p.deleted_at is null
        order by e.id desc limit :limit
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
        select count(*) as total from outbox_entry e left join post p on p.iri = e.object_iri
        where e.actor_id = :actor_id and e.public = 1 and e.kind in ('Create', 'Announce')
          and p.deleted_at is null
        """,
        actor_id=actor_id,
    )
    return int(row["total"]) if row else 0


def activity_body(tx: Tx, iri: str) -> Json | None:
    """A public activity of ours as it was sent; with a deleted post, what said it is gone too."""
    row = tx.one(
        """
        select e.body from outbox_entry e left join post p on p.iri = e.object_iri
        where e.iri = :iri and e.public = 1
          and (p.deleted_at is null or e.kind not in ('Create', 'Update', 'Announce'))
        """,
        iri=iri,
    )
    return read_json(row["body"]) if row else None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a conversation: right after the post published at `at` whose row is `id`."""

    at: int = -1
    id: int = 0


@dataclass(frozen=True, slots=True)
class PostsPage:
    """The iris of public posts, the one written first comes first; `next` is where more begin."""

    iris: list[str]
    next: Place | None


def thread_page(tx: Tx, post: Post, after: Place) -> PostsPage:
    """The public posts of a whole conversation, its first one among them (FEP-7888, FEP-f228)."""
    rows = tx.all(
        """
        select p.iri, p.id, p.published_at from post p join actor a on a.id = p.author_id
        where p.root_id = :root_id and (p.published_at, p.id) > (:at, :id)
          and p.deleted_at is null and p.visibility in ('public', 'unlisted')
          and a.hidden_at is null and a.silenced_at is null
          and not exists (select 1 from held_post h
                          where h.post_id = p.id and h.state <> 'passed')
        order by p.published_at, p.id limit :limit
        """,
        root_id=post.root_id,
        at=after.at,
        id=after.id,
        limit=POSTS_PAGE + 1,
    )
    return posts_page(rows)


def replies_page(tx: Tx, post: Post, after: Place) -> PostsPage:
    """The public answers to a post."""
    rows = tx.all(
        """
        select p.iri, p.id, p.published_at from post p join actor a on a.id = p.author_id
        where p.parent_id = :parent_id and (p.published_at, p.id) > (:at, :id)
          and p.deleted_at is null and p.visibility in ('public', 'unlisted')
          and a.hidden_at is null and a.silenced_at is null
          and not exists (select 1 from held_post h
                          where h.post_id = p.id and h.state <> 'passed')
        order by p.published_at, p.id limit :limit
        """,
        parent_id=post.id,
        at=after.at,
        id=after.id,
        limit=POSTS_PAGE + 1,
    )
    return posts_page(rows)


def posts_page(rows: Sequence[Row]) -> PostsPage:
    shown = rows[:POSTS_PAGE]
    last = shown[-1] if len(rows) > POSTS_PAGE else None
    following = Place(last["published_at"], last["id"]) if last else None
    return PostsPage([row["iri"] for row in shown], following)


def thread_total(tx: Tx, post: Post) -> int:
    """How many public posts a conversation has."""
    row = tx.one(
        """
        select count(*) as total from post p join actor a on a.id = p.author_id
        where p.root_id = :root_id and p.deleted_at is null
          and p.visibility in ('public', 'unlisted')
          and a.hidden_at is null and a.silenced_at is null
          and not exists (select 1 from held_post h
                          where h.post_id = p.id and h.state <> 'passed')
        """,
        root_id=post.root_id,
    )
    return int(row["total"]) if row else 0


def replies_total(tx: Tx, post: Post) -> int:
    """How many public answers a post has."""
    row = tx.one(
        """
        select count(*) as total from post p join actor a on a.id = p.author_id
        where p.parent_id = :parent_id and p.deleted_at is null
          and p.visibility in ('public', 'unlisted')
          and a.hidden_at is null and a.silenced_at is null
          and not exists (select 1 from held_post h
                          where h.post_id = p.id and h.state <> 'passed')
        """,
        parent_id=post.id,
    )
    return int(row["total"]) if row else 0


def followers_told(tx: Tx, actor_id: int) -> int | None:
    """How many follow an actor of ours, as far as that is told: tens, and nothing under 50."""
    row = tx.one(
        """
        select count(*) as total from follow
        where followed_id = :actor_id and state = 'accepted'
        """,
        actor_id=actor_id,
    )
    return told(int(row["total"]) if row else 0)


def told(count: int) -> int | None:
    """A count rounded down to tens; None under 50, where it would describe people (T103)."""
    return count // ROUNDED_TO * ROUNDED_TO if count >= TOLD_FROM else None


@dataclass(frozen=True, slots=True)
class Usage:
    """What NodeInfo tells of us, in tens; of people under 50 nothing, which is 0 (T103)."""

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
    people, active, posts = (row["people"], row["active"], row["posts"]) if row else (0, 0, 0)
    return Usage(told(people) or 0, told(active) or 0, posts // ROUNDED_TO * ROUNDED_TO)
