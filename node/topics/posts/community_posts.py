"""Which community a post stands in, and whether that has passed it on."""

from node.db.tx import Tx
from node.topics.posts.store import Post
from node.topics.posts.words_due import index_later


def put_in_community(tx: Tx, post: Post, community_id: int) -> None:
    """Say that a post belongs to a community, if it belongs to none yet."""
    tx.run(
        """
        update post set community_id = :community_id, version = version + 1
        where id = :id and community_id is null
        """,
        id=post.id,
        community_id=community_id,
    )
    index_later(tx, [post.id])


def note_announced(tx: Tx, post_id: int, now: int) -> bool:
    """Say that the community of a post has passed it on; False if it had."""
    changed = tx.run(
        "update post set announced_at = :now where id = :id and announced_at is null",
        id=post_id,
        now=now,
    )
    return changed == 1
