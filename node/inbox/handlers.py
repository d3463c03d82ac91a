"""The one table of inbound activities: what is received by which function.

A type that is not in the table is answered 202, counted, and kept as nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from federation import documents
from node.actors.store import actor_by_iri
from node.applying import Applying
from node.db.tx import Tx
from node.inbox.marks import add_mark
from node.members.activities import (
    receive_accept,
    receive_follow,
    receive_move,
    receive_reject,
    undo_follow,
)
from node.neighbours.activities import receive_offer, settle_answer, undo_offer
from node.polls.activities import take_vote
from node.posts.activities import receive_create, receive_delete, receive_update
from node.reactions.activities import (
    receive_announce,
    receive_like,
    undo_boost,
    undo_like,
)

Handler = Callable[[Tx, Any, Applying], None]


def receive_published(tx: Tx, create: documents.Create, applying: Applying) -> None:
    """Count a vote in a poll of ours, or take what was published."""
    if not take_vote(tx, create, applying):
        receive_create(tx, create, applying)


def receive_yes(tx: Tx, accept: documents.Accept, applying: Applying) -> None:
    """Somebody said yes to an introduction of ours, or to a follow."""
    if not settle_answer(tx, accept, applying):
        receive_accept(tx, accept, applying)


def receive_no(tx: Tx, reject: documents.Reject, applying: Applying) -> None:
    """Somebody said no to an introduction of ours, or to a follow."""
    if not settle_answer(tx, reject, applying):
        receive_reject(tx, reject, applying)


def receive_undo(tx: Tx, undo: documents.Undo, applying: Applying) -> None:
    """Take back what the undoing actor did, as our own records say they did it (T20).

    What is not here yet is remembered, so that it does not take effect when it comes (T120).
    """
    inner = undo.object
    is_done = (
        undo_follow(tx, undo, applying)
        or undo_like(tx, undo, applying)
        or undo_boost(tx, undo)
        or undo_offer(tx, undo, applying)
    )
    if not is_done and actor_by_iri(tx, undo.actor) is not None:
        iri = inner if isinstance(inner, str) else inner.iri
        add_mark(tx, iri, undo.actor, "undone", applying.now)


HANDLERS: Mapping[type[documents.Activity], Handler] = {
    documents.Create: receive_published,
    documents.Update: receive_update,
    documents.Delete: receive_delete,
    documents.Follow: receive_follow,
    documents.Accept: receive_yes,
    documents.Reject: receive_no,
    documents.Offer: receive_offer,
    documents.Move: receive_move,
    documents.Announce: receive_announce,
    documents.Like: receive_like,
    documents.EmojiReact: receive_like,
    documents.Undo: receive_undo,
}
