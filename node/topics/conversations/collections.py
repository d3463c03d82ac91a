"""The collections of a conversation as other nodes read them: public posts only."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Row, Tx
from node.topics.posts.store import Post

POSTS_PAGE = 100


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


OPEN_POSTS = """
    select p.iri, p.id, p.published_at from post p join actor a on a.id = p.author_id
    where (p.published_at, p.id) > (:at, :id)
      and p.deleted_at is null and p.visibility in ('public', 'unlisted')
      and a.hidden_at is null and a.silenced_at is null
      and not exists (select 1 from held_post h where h.post_id = p.id and h.state <> 'passed')
"""
FIRST_TO_LAST = " order by p.published_at, p.id limit :limit"


def thread_page(tx: Tx, post: Post, after: Place) -> PostsPage:
    """The public posts of a whole conversation, its first one among them (FEP-7888, FEP-f228)."""
    rows = tx.all(
        OPEN_POSTS + " and p.root_id = :root_id" + FIRST_TO_LAST,
        root_id=post.root_id,
        at=after.at,
        id=after.id,
        limit=POSTS_PAGE + 1,
    )
    return posts_page(rows)


def replies_page(tx: Tx, post: Post, after: Place) -> PostsPage:
    """The public answers to a post."""
    rows = tx.all(
        OPEN_POSTS + " and p.parent_id = :parent_id" + FIRST_TO_LAST,
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
