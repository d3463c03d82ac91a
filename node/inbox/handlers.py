"""The one table of inbound activities: what is received by which function.

A type that is not in the table is answered 202, counted, and kept as nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import add_tombstone, is_undone
from node.base.errors import Missing, NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import actor_by_iri, known_actor
from node.topics.communities.announce import PassingOn
from node.topics.members.activities import (
    receive_accept,
    receive_follow,
    receive_invite,
    receive_join,
    receive_leave,
    receive_move,
    receive_reject,
    undo_follow,
)
from node.topics.members.block_activities import receive_person_block, undo_person_block
from node.topics.members.copies import settle_purge
from node.topics.moderation.activities import receive_block as receive_ban
from node.topics.moderation.activities import (
    receive_lock,
    receive_removal,
    renew_group,
    undo_moderation,
)
from node.topics.moderation.collections import receive_add, receive_remove
from node.topics.moderation.flags import receive_flag, undo_flag
from node.topics.moderation.held import vouch_for
from node.topics.neighbours.activities import receive_offer, settle_answer, undo_offer
from node.topics.neighbours.community_purge import receive_purge
from node.topics.polls.activities import take_vote
from node.topics.portability.deletion_receipts import answer_delete, presence_of, receive_receipt
from node.topics.publishing import activities as publishing
from node.topics.publishing.activities import receive_create, undo_delete
from node.topics.publishing.receive_announce import is_of_home, receive_passed_on_post
from node.topics.publishing.refusals import hear_refusal
from node.topics.quotes.activities import receive_quote_request
from node.topics.reactions.activities import (
    receive_boost,
    receive_dislike,
    receive_like,
    receive_passed_on_vote,
    undo_boost,
    undo_dislike,
    undo_like,
    undo_passed_on_vote,
)

Handler = Callable[[Tx, Any, ApplyContext], None]
PassedOn = Callable[[Tx, Any, PassingOn], None]


def receive_update(tx: Tx, update: documents.Update, context: ApplyContext) -> None:
    """Replace a post or profile, or have a community read again that a moderator changed."""
    if not renew_group(tx, update, context):
        publishing.receive_update(tx, update, context)


def receive_delete(tx: Tx, delete: documents.Delete, context: ApplyContext) -> None:
    """Hide what a moderator removed, delete what its owner did, or remove all that a community
    elsewhere said behind its door; their home may hear of that."""
    before = presence_of(tx, delete.object)
    if not receive_purge(tx, delete, context) and not receive_removal(tx, delete, context):
        publishing.receive_delete(tx, delete, context)
    answer_delete(tx, delete, before, context.now)


def receive_published(tx: Tx, create: documents.Create, context: ApplyContext) -> None:
    """Count a vote in a poll of ours, or take what was published."""
    if not take_vote(tx, create, context):
        receive_create(tx, create, context)


def receive_yes(tx: Tx, accept: documents.Accept, context: ApplyContext) -> None:
    """A node did what we asked it to delete; or somebody said yes to an introduction of ours, or to
    a follow."""
    if receive_receipt(tx, accept, context.now) or settle_purge(tx, accept, context):
        return
    if not settle_answer(tx, accept, context):
        receive_accept(tx, accept, context)


def receive_no(tx: Tx, reject: documents.Reject, context: ApplyContext) -> None:
    """A node will not do what we asked it to delete; or somebody said no to an introduction of
    ours, to a post, or to a follow."""
    if receive_receipt(tx, reject, context.now) or settle_purge(tx, reject, context):
        return
    if not settle_answer(tx, reject, context) and not hear_refusal(tx, reject, context.now):
        receive_reject(tx, reject, context)


def receive_block(tx: Tx, block: documents.Block, context: ApplyContext) -> None:
    """Part somebody of ours from a person who blocks them, or apply a ban."""
    if not receive_person_block(tx, block, context):
        receive_ban(tx, block, context)


def receive_undo(tx: Tx, undo: documents.Undo, context: ApplyContext) -> None:
    """Take back what the undoing actor did, as our own records say they did it (T20).

    What is not here yet is remembered, so that it does not take effect when it comes (T120).
    """
    inner = undo.object
    is_done = (
        undo_follow(tx, undo, context)
        or undo_like(tx, undo, context)
        or undo_dislike(tx, undo, context)
        or undo_boost(tx, undo, context)
        or undo_flag(tx, undo, context)
        or undo_person_block(tx, undo, context)
        or undo_delete(tx, undo, context)
        or undo_moderation(tx, undo, context)
        or undo_offer(tx, undo, context)
    )
    if not is_done and actor_by_iri(tx, undo.actor) is not None:
        iri = inner if isinstance(inner, str) else inner.iri
        add_tombstone(tx, iri, undo.actor, "undone", context.now)


def receive_announce(tx: Tx, announce: documents.Announce, context: ApplyContext) -> None:
    """Show a boost, or apply what a community passed on: one thing, or a batch of them.

    What may not be done of a batch is left out, and the rest is done.

    Raises:
        Missing: something must be fetched first.
    """
    if is_undone(tx, announce.iri, announce.actor, context.signed_at):
        return
    actor, inner = known_actor(tx, announce.actor), announce.object
    inside = replace(context, verbatim={})
    if not isinstance(inner, tuple):
        receive_announced(tx, inner, PassingOn(actor, announce.iri, inside))
        return
    lacking: list[str] = []
    for number, one in enumerate(inner):
        try:
            with tx.savepoint():
                receive_announced(tx, one, PassingOn(actor, f"{announce.iri}#{number}", inside))
        except NotAllowed:
            continue
        except Missing as missing:
            lacking += missing.iris
    if lacking:
        raise Missing(tuple(dict.fromkeys(lacking)))


def receive_announced(
    tx: Tx, inner: documents.Activity | documents.Post | str, passing: PassingOn
) -> None:
    actor = passing.group
    if not isinstance(inner, documents.Activity):
        iri = inner if isinstance(inner, str) else inner.iri
        receive_boost(tx, actor, passing.iri, iri, passing.context)
        vouch_for(tx, actor, iri)
    elif actor.is_group and not actor.local and (handler := PASSED_ON.get(type(inner))):
        handler(tx, inner, passing)


def passed_on_update(tx: Tx, update: documents.Update, passing: PassingOn) -> None:
    if not renew_group(tx, update, passing.context, passing.group):
        receive_passed_on_post(tx, update, passing)


def passed_on_delete(tx: Tx, delete: documents.Delete, passing: PassingOn) -> None:
    before = presence_of(tx, delete.object)
    if not receive_removal(tx, delete, passing.context, passing.group):
        receive_passed_on_post(tx, delete, passing)
    if delete in passing.context.proven:
        answer_delete(tx, delete, before, passing.context.now)


def passed_on_undo(tx: Tx, undo: documents.Undo, passing: PassingOn) -> None:
    is_believed = undo in passing.context.proven or is_of_home(undo, passing.group)
    if is_believed and undo_delete(tx, undo, passing.context):
        return
    if not undo_moderation(tx, undo, passing.context, passing.group):
        undo_passed_on_vote(tx, undo, passing)


def passed_on(handler: Callable[..., None]) -> PassedOn:
    """The handler of a moderator's verb, told which community passes it on."""
    return lambda tx, inner, passing: handler(tx, inner, passing.context, passing.group)


HANDLERS: Mapping[type[documents.Activity], Handler] = {
    documents.Create: receive_published,
    documents.Update: receive_update,
    documents.Delete: receive_delete,
    documents.Follow: receive_follow,
    documents.Accept: receive_yes,
    documents.Reject: receive_no,
    documents.Offer: receive_offer,
    documents.Move: receive_move,
    documents.Join: receive_join,
    documents.Leave: receive_leave,
    documents.Invite: receive_invite,
    documents.QuoteRequest: receive_quote_request,
    documents.Announce: receive_announce,
    documents.Like: receive_like,
    documents.EmojiReact: receive_like,
    documents.Dislike: receive_dislike,
    documents.Add: receive_add,
    documents.Remove: receive_remove,
    documents.Block: receive_block,
    documents.Lock: receive_lock,
    documents.Flag: receive_flag,
    documents.Undo: receive_undo,
}
PASSED_ON: Mapping[type[documents.Activity], PassedOn] = {
    documents.Create: receive_passed_on_post,
    documents.Update: passed_on_update,
    documents.Delete: passed_on_delete,
    documents.Like: receive_passed_on_vote,
    documents.EmojiReact: receive_passed_on_vote,
    documents.Dislike: receive_passed_on_vote,
    documents.Undo: passed_on_undo,
    documents.Lock: passed_on(receive_lock),
    documents.Add: passed_on(receive_add),
    documents.Remove: passed_on(receive_remove),
    documents.Block: passed_on(receive_ban),
    documents.Flag: passed_on(receive_flag),
}
"""What is inside an Announce of a community elsewhere (FEP-1b12)."""
