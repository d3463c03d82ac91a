"""What peers send of favours and boosts, and what communities pass on."""

from dataclasses import replace

from federation import documents
from federation.origin import is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import add_tombstone, is_undone
from node.base.errors import Missing
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri, known_actor
from node.topics.blocks.store import are_apart
from node.topics.communities.announce import PassingOn, announce_activity
from node.topics.members.store import follows_any
from node.topics.notifications.store import notify, withdraw_notification
from node.topics.permissions.kept_out import note_kept_out
from node.topics.permissions.rules import OPEN
from node.topics.posts.removals import hidden_post
from node.topics.posts.rules import may_boost
from node.topics.posts.store import Post, is_deleted, post_by_id, post_by_iri
from node.topics.posts.views import post_views
from node.topics.reactions.boosts import add_boost, boost_by_iri, boost_of, drop_boost
from node.topics.reactions.store import (
    add_dislike,
    add_favourite,
    dislike_by_iri,
    dislike_of,
    drop_dislike,
    drop_favourite,
    favourite_by_iri,
    favourite_of,
)

Liking = documents.Like | documents.EmojiReact


def receive_like(tx: Tx, like: Liking, context: ApplyContext) -> None:
    """Count a peer's favour of a post held here; one a person, whatever is repeated (T119).

    Raises:
        Missing: the one who favours is not stored here yet.
    """
    post = post_by_iri(tx, like.object)
    if post is None or is_undone(tx, like.iri, like.actor, context.signed_at):
        return
    actor = known_actor(tx, like.actor)
    if post.visibility not in OPEN and post.id not in post_views(tx, [post.id], actor):
        note_kept_out("react", actor.kind, actor.host)
        return
    if are_apart(tx, actor.id, post.author_id):
        return
    if add_favourite(tx, actor.id, post.id, like.iri, context.now):
        notify(tx, post.author_id, "favourite", actor.id, post.id, context.now)
        pass_on(tx, post, actor, context)


def receive_dislike(tx: Tx, dislike: documents.Dislike, context: ApplyContext) -> None:
    """Count a peer's vote against a post held here; nobody is told, and it shows nowhere.

    Raises:
        Missing: the one who votes is not stored here yet.
    """
    post = post_by_iri(tx, dislike.object)
    if post is None or is_undone(tx, dislike.iri, dislike.actor, context.signed_at):
        return
    actor = known_actor(tx, dislike.actor)
    if post.visibility not in OPEN or are_apart(tx, actor.id, post.author_id):
        return
    if add_dislike(tx, actor.id, post.id, dislike.iri, context.now):
        pass_on(tx, post, actor, context)


def pass_on(tx: Tx, post: Post, actor: Actor, context: ApplyContext) -> None:
    """Have the community of ours that a post belongs to announce what was done with it."""
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    is_for_all = post.visibility in OPEN
    if group is not None and group.local and context.verbatim and is_for_all:
        announce_activity(tx, group, actor, context.verbatim, post.iri, context.now)


def receive_boost(tx: Tx, actor: Actor, announce_iri: str, iri: str, context: ApplyContext) -> None:
    """Show a post to the booster's followers here; one that is removed, once it is restored.

    Raises:
        Missing: the post must be fetched first.
    """
    post = post_by_iri(tx, iri)
    if post is None:
        keep_boost_of_removed(tx, actor, announce_iri, iri, context.now)
        if is_deleted(tx, iri) or context.is_settled(iri) or not follows_any(tx, actor.id):
            return
        raise Missing([iri])
    if not may_boost(post.visibility, post.author_id == actor.id):
        return
    if are_apart(tx, actor.id, post.author_id):
        return
    if add_boost(tx, actor.id, post, announce_iri, context.now) is not None:
        notify(tx, post.author_id, "reblog", actor.id, post.id, context.now)


def keep_boost_of_removed(tx: Tx, actor: Actor, announce_iri: str, iri: str, now: int) -> None:
    """Store the boost of a post that a moderator removed; it is shown when that is restored."""
    removed = hidden_post(tx, iri)
    if removed is not None and may_boost(removed.post.visibility, is_author=False):
        add_boost(tx, actor.id, removed.post, announce_iri, now, in_homes=False)


def receive_passed_on_vote(tx: Tx, vote: Liking | documents.Dislike, passing: PassingOn) -> None:
    """Count a vote that a community passed on, by somebody of the community's own node.

    It counts as if the voter had sent it: Lemmy and PieFed send it no other way. For anybody else
    it takes their own proof; the community's word is not enough, and says nothing of when.

    Raises:
        Missing: the voter is not stored here yet.
    """
    context = passing.context
    is_theirs = is_same_origin(vote.actor, passing.group.iri)
    if not is_theirs and vote not in context.proven:
        return
    if not is_theirs:
        context = replace(context, signed_at=0)
    if actor_by_iri(tx, vote.actor) is None and context.is_settled(vote.actor):
        return
    if isinstance(vote, documents.Dislike):
        receive_dislike(tx, vote, context)
    else:
        receive_like(tx, vote, context)


def undo_passed_on_vote(tx: Tx, undo: documents.Undo, passing: PassingOn) -> None:
    """Take back a vote that a community passed on, as far as its word counts for that voter.

    What the voter has proven to have taken back is that very vote, and no later one.
    """
    group, context, inner = passing.group, passing.context, undo.object
    iri = inner if isinstance(inner, str) else inner.iri
    is_theirs = is_same_origin(undo.actor, group.iri)
    if not is_theirs and (undo not in context.proven or not holds_vote(tx, iri)):
        return
    if actor_by_iri(tx, undo.actor) is None:
        return
    if not undo_like(tx, undo, context) and not undo_dislike(tx, undo, context):
        add_tombstone(tx, iri, undo.actor, "undone", context.now)


def holds_vote(tx: Tx, iri: str) -> bool:
    return favourite_by_iri(tx, iri) is not None or dislike_by_iri(tx, iri) is not None


def undo_like(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """Take back a favour by the undoing actor (T20); whether there was one."""
    actor = actor_by_iri(tx, undo.actor)
    if actor is None:
        return False
    inner = undo.object
    held = favourite_by_iri(tx, inner if isinstance(inner, str) else inner.iri)
    if held is None and isinstance(inner, documents.Like | documents.EmojiReact):
        post = post_by_iri(tx, inner.object)
        held = favourite_of(tx, actor.id, post.id) if post else None
    if held is None or held.actor_id != actor.id:
        return False
    drop_favourite(tx, held)
    add_tombstone(tx, held.iri, actor.iri, "undone", context.said_at, forever=True)
    post = post_by_id(tx, held.post_id)
    if post is not None:
        withdraw_notification(tx, post.author_id, ["favourite"], actor.id, post.id)
        pass_on(tx, post, actor, context)
    return True


def undo_dislike(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """Take back a vote against a post by the undoing actor (T20); whether there was one."""
    actor = actor_by_iri(tx, undo.actor)
    if actor is None:
        return False
    inner = undo.object
    held = dislike_by_iri(tx, inner if isinstance(inner, str) else inner.iri)
    if held is None and isinstance(inner, documents.Dislike):
        post = post_by_iri(tx, inner.object)
        held = dislike_of(tx, actor.id, post.id) if post else None
    if held is None or held.actor_id != actor.id:
        return False
    drop_dislike(tx, held)
    add_tombstone(tx, held.iri, actor.iri, "undone", context.said_at, forever=True)
    post = post_by_id(tx, held.post_id)
    if post is not None:
        pass_on(tx, post, actor, context)
    return True


def undo_boost(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """Take back a boost by the undoing actor (T20); whether there was one."""
    actor = actor_by_iri(tx, undo.actor)
    if actor is None:
        return False
    inner = undo.object
    held = boost_by_iri(tx, inner if isinstance(inner, str) else inner.iri)
    if held is None and isinstance(inner, documents.Announce) and isinstance(inner.object, str):
        post = post_by_iri(tx, inner.object)
        held = boost_of(tx, actor.id, post.id) if post else None
    if held is None or held.actor_id != actor.id:
        return False
    drop_boost(tx, held)
    add_tombstone(tx, held.iri, actor.iri, "undone", context.said_at, forever=True)
    post = post_by_id(tx, held.post_id)
    if post is not None:
        withdraw_notification(tx, post.author_id, ["reblog"], actor.id, post.id)
    return True
