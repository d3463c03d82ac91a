"""Conversations as far as they are known here, and what of them is to be fetched (F10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from federation.limits import ANSWERS_AGAIN_S, CONVERSATION_AGAIN_S
from node.arrivals.fetch_tasks import Kind, add_task, is_held
from node.db.tx import Tx
from node.topics.members.store import follows_any
from node.topics.permissions.rules import OPEN
from node.topics.posts.store import Post, is_deleted, post_by_id, post_by_iri

ANSWERS_ASKED_MAX = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a conversation that is to be fetched, at most once in `again_s`."""

    kind: Kind
    iri: str
    again_s: int


def missing_parts(tx: Tx, post: Post, now: int) -> list[Part]:
    """What of the conversation around a post may be missing here, and was not asked for lately.

    What it hangs below, if that is unknown; what answers it, at its home, every 15 minutes. Where
    it began here, the homes of its answers know of further ones, and are asked once a day.
    """
    if post.visibility not in OPEN:
        return []
    root = post_by_id(tx, post.root_id) or post
    above = missing_above(tx, root)
    parts = [Part("parents", above, CONVERSATION_AGAIN_S)] if above else []
    if root.local:
        answers = answers_from_elsewhere(tx, root.id)
        parts += [Part("answers", iri, ANSWERS_AGAIN_S) for iri in answers]
    else:
        parts.append(Part("answers", root.iri, CONVERSATION_AGAIN_S))
    return [part for part in parts if not is_held(tx, part.kind, part.iri, now - part.again_s)]


def fetch_parts(tx: Tx, parts: Sequence[Part], now: int) -> None:
    """Have parts of a conversation fetched, when nobody waits for them."""
    for part in parts:
        add_task(tx, part.kind, part.iri, now, again_s=part.again_s)


def complete_answered(tx: Tx, post: Post, now: int) -> None:
    """Have the conversation completed in which an answer has come from another node (F10).

    That is if somebody here follows its author, who began it, or the community in which it is. Was
    it completed within 15 minutes, then it is again when they are over.
    """
    if post.parent_iri is None or post.visibility not in OPEN:
        return
    root = post_by_id(tx, post.root_id) or post
    if root.local:
        return
    concerned = (post.author_id, root.author_id, post.community_id)
    if not any(follows_any(tx, one) for one in concerned if one is not None):
        return
    above = missing_above(tx, root)
    if above is not None:
        add_task(tx, "parents", above, now, again_s=CONVERSATION_AGAIN_S)
    add_task(tx, "answers", root.iri, now, again_s=CONVERSATION_AGAIN_S, is_patient=True)


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
