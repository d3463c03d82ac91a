"""A post between what it answers and what answers it, as one reader sees them."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.communities.store import looks_after
from node.topics.posts.conversation_locks import is_closed
from node.topics.posts.store import Post
from node.topics.posts.views import PostView, post_view, post_views

THREAD_MAX = 2_000
REPLIES_MAX = 400
ANCESTORS_MAX = 60
ANSWERS_MAX = 60
"""How many answers a page shows (T144)."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A post between what it answers (the first post first) and what answers it (in order).

    `is_closed`: it takes no answers. `may_moderate`: the reader looks after its community.
    `after` is the answer that these come after; `more`, the one that the next ones come after.
    """

    ancestors: tuple[PostView, ...]
    post: PostView
    descendants: tuple[PostView, ...]
    is_closed: bool = False
    may_moderate: bool = False
    after: int | None = None
    more: int | None = None


def thread(
    tx: Tx,
    post_id: int,
    reader: Actor | None,
    *,
    after: int | None = None,
    answers_max: int = ANSWERS_MAX,
) -> Thread:
    """The conversation around a post: at most 60 posts above it, and 60 answers after `after`.

    Of a conversation, 2,000 posts are known here. Where `after` is none of the answers, they begin
    at the first.

    What those wrote whom the reader has muted is left out around it.

    Raises:
        NotFound: the post is not there, or not for this reader.
    """
    here = post_view(tx, post_id, reader)
    rows = tx.all(
        """
        select id, parent_id from post
        where root_id = :root_id and deleted_at is null
        order by id
        limit :limit
        """,
        root_id=here.post.root_id,
        limit=THREAD_MAX,
    )
    parents: dict[int, int | None] = {row["id"]: row["parent_id"] for row in rows}
    parents.setdefault(post_id, here.post.parent_id)
    above, answers = above_of(parents, post_id), below_of(parents, post_id)
    start = answers.index(after) + 1 if after in answers else 0
    below = answers[start : start + answers_max]
    views = post_views(tx, [*above, *below], reader)
    return Thread(
        tuple(views[one] for one in above if is_shown(views, one)),
        here,
        tuple(views[one] for one in below if is_shown(views, one)),
        is_closed(tx, post_id),
        looks_after(tx, here.community, reader),
        after if start else None,
        below[-1] if start + len(below) < len(answers) else None,
    )


def is_shown(views: Mapping[int, PostView], post_id: int) -> bool:
    return post_id in views and not views[post_id].is_muted


def replies_below(tx: Tx, post: Post) -> list[int]:
    """The ids of everything under a post, at most 400 in the conversation."""
    rows = tx.all(
        """
        select id, parent_id from post
        where root_id = :root_id and deleted_at is null
        order by id
        limit :limit
        """,
        root_id=post.root_id,
        limit=REPLIES_MAX,
    )
    return below_of({row["id"]: row["parent_id"] for row in rows}, post.id)


def above_of(parents: Mapping[int, int | None], post_id: int) -> list[int]:
    found: list[int] = []
    at = parents.get(post_id)
    while at is not None and at not in found and len(found) < ANCESTORS_MAX:
        found.append(at)
        at = parents.get(at)
    return found[::-1]


def below_of(parents: Mapping[int, int | None], post_id: int) -> list[int]:
    """Everything under a post, each answer right after what it answers."""
    children: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found: dict[int, None] = {}
    waiting = sorted(children.get(post_id, []), reverse=True)
    while waiting:
        at = waiting.pop()
        if at != post_id and at not in found:
            found[at] = None
            waiting += sorted(children.get(at, []), reverse=True)
    return list(found)
