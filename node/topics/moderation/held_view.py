"""Held posts as those see them who look after the node: as text, and without what is private."""

from dataclasses import dataclass

from node.base.markup import opening_of
from node.db.tx import Tx
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.moderation.held import Held
from node.topics.permissions.rules import OPEN
from node.topics.posts.store import Post, posts_by_ids

WORDS_CHARACTERS_MAX = 2_000
REASONS = {
    "silenced": "Their place is silenced.",
    "stranger": "Nobody here has to do with their place.",
}


@dataclass(frozen=True, slots=True)
class HeldView:
    """One post that is or was held, as it is shown: as text, and without what is private.

    `words` is None for what only some may read: it is nobody else's, whoever looks after things.
    """

    held: Held
    post: Post
    author: Actor
    community: Actor | None
    words: str | None
    reason: str
    decided_by: Actor | None


def held_views(tx: Tx, found: list[Held]) -> list[HeldView]:
    """Each with its post, author and community, and with who decided."""
    posts = posts_by_ids(tx, [one.post_id for one in found])
    wanted = {one.author_id for one in found} | {one.decided_by for one in found}
    wanted |= {post.community_id for post in posts.values()}
    actors = actors_by_ids(tx, [one for one in wanted if one is not None])
    return [
        HeldView(
            one,
            posts[one.post_id],
            actors[one.author_id],
            actors.get(posts[one.post_id].community_id or 0),
            words_of(posts[one.post_id]),
            REASONS[one.reason],
            actors.get(one.decided_by or 0),
        )
        for one in found
        if one.post_id in posts and one.author_id in actors
    ]


def words_of(post: Post) -> str | None:
    """What a post says, as plain text; None where it is not for everybody."""
    return text_of(post) if post.visibility in OPEN else None


def text_of(post: Post) -> str:
    """What a post says, title and warning first, as plain text of at most 2,000 characters."""
    parts = [post.title, post.content_note, opening_of(post.content, WORDS_CHARACTERS_MAX)]
    return "\n".join(part for part in parts if part)
