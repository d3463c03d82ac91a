"""Conversations as far as they are known here, and what of them is to be fetched (F10)."""

from federation.limits import ANSWERS_AGAIN_S, CONVERSATION_AGAIN_S
from node.db.tx import Tx
from node.inbox.tasks import add_task
from node.members.store import follows_any
from node.posts.store import Post, is_deleted, post_by_id, post_by_iri

ANSWERS_ASKED_MAX = 50


def complete_conversation(tx: Tx, post: Post, now: int) -> None:
    """Have the rest of the conversation around a post fetched, when nobody waits for it.

    Its home is asked at most every 15 minutes. A conversation that began here is asked for at the
    homes of its answers, each once a day. One post that stands alone is left alone.
    """
    root = post_by_id(tx, post.root_id) or post
    if post.visibility not in ("public", "unlisted"):
        return
    above = missing_above(tx, root)
    if above is not None:
        add_task(tx, "parents", above, now, again_s=CONVERSATION_AGAIN_S)
    if root.local:
        for iri in answers_from_elsewhere(tx, root.id):
            add_task(tx, "answers", iri, now, again_s=ANSWERS_AGAIN_S)
    else:
        add_task(tx, "answers", root.iri, now, again_s=CONVERSATION_AGAIN_S, is_patient=True)


def is_followed_here(tx: Tx, post: Post) -> bool:
    """Whether a post answers something, and somebody here follows its author, or the conversation.

    That is who began it, or the community in which it is held.
    """
    root = post_by_id(tx, post.root_id)
    if post.parent_iri is None or (root is not None and root.local):
        return False
    concerned = {post.author_id, post.community_id, root.author_id if root else None}
    return any(follows_any(tx, one) for one in concerned if one is not None)


def missing_above(tx: Tx, post: Post) -> str | None:
    """The address of what a conversation hangs below and is not stored here; None if it is whole.

    What is known to be deleted is not missing.
    """
    root = post_by_id(tx, post.root_id) or post
    iri = root.parent_iri
    if iri is None or is_deleted(tx, iri) or post_by_iri(tx, iri) is not None:
        return None
    return iri


def answers_from_elsewhere(tx: Tx, root_id: int) -> list[str]:
    """The newest posts of other nodes in a conversation, at most 50."""
    rows = tx.all(
        """
        select iri from post
        where root_id = :root_id and local = 0 and deleted_at is null
          and visibility in ('public', 'unlisted')
        order by id desc
        limit :limit
        """,
        root_id=root_id,
        limit=ANSWERS_ASKED_MAX,
    )
    return [row["iri"] for row in rows]


def is_in_conversation(tx: Tx, iri: str | None, root_id: int) -> bool:
    """Whether the post at `iri` hangs in a conversation, as it is known here."""
    row = tx.one(
        "select 1 as found from post where iri = :iri and root_id = :root_id",
        iri=iri or "",
        root_id=root_id,
    )
    return row is not None
