"""What peers send of favours and boosts, and what communities pass on."""

from federation import documents
from federation.origin import is_same_origin
from node.arrivals.apply_context import Applying
from node.arrivals.tombstones import add_mark, is_marked
from node.base.errors import Missing
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri, known_actor
from node.topics.communities.announce import PassingOn, announce_activity
from node.topics.members.store import follows_any
from node.topics.notifications.store import notify, withdraw_notification
from node.topics.posts.recipients import is_named
from node.topics.posts.rules import may_boost
from node.topics.posts.store import Post, is_deleted, post_by_id, post_by_iri
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


def receive_like(tx: Tx, like: Liking, applying: Applying) -> None:
    """Count a peer's favour of a post held here; one a person, whatever is repeated (T119).

    Raises:
        Missing: the one who favours is not stored here yet.
    """
    post = post_by_iri(tx, like.object)
    if post is None or is_marked(tx, like.iri, like.actor, "undone"):
        return
    actor = known_actor(tx, like.actor)
    if post.visibility == "direct" and not is_named(tx, post.id, actor.id):
        return
    if add_favourite(tx, actor.id, post.id, like.iri, applying.now):
        notify(tx, post.author_id, "favourite", actor.id, post.id, applying.now)
        pass_on(tx, post, actor, applying)


def receive_dislike(tx: Tx, dislike: documents.Dislike, applying: Applying) -> None:
    """Count a peer's vote against a post held here; nobody is told, and it shows nowhere.

    Raises:
        Missing: the one who votes is not stored here yet.
    """
    post = post_by_iri(tx, dislike.object)
    if post is None or is_marked(tx, dislike.iri, dislike.actor, "undone"):
        return
    actor = known_actor(tx, dislike.actor)
    if post.visibility not in ("public", "unlisted"):
        return
    if add_dislike(tx, actor.id, post.id, dislike.iri, applying.now):
        pass_on(tx, post, actor, applying)


def pass_on(tx: Tx, post: Post, actor: Actor, applying: Applying) -> None:
    """Have the community of ours that a post belongs to announce what was done with it."""
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    if group is not None and group.local and applying.verbatim:
        announce_activity(tx, group, actor, applying.verbatim, post.iri, applying.now)


def receive_boost(tx: Tx, actor: Actor, announce_iri: str, iri: str, applying: Applying) -> None:
    """Show a post to the booster's followers here.

    Raises:
        Missing: the post must be fetched first.
    """
    post = post_by_iri(tx, iri)
    if post is None:
        if is_deleted(tx, iri) or iri in applying.fetched or not follows_any(tx, actor.id):
            return
        raise Missing([iri])
    if not may_boost(post.visibility, post.author_id == actor.id):
        return
    if add_boost(tx, actor.id, post, announce_iri, applying.now) is not None:
        notify(tx, post.author_id, "reblog", actor.id, post.id, applying.now)


def receive_passed_on_vote(tx: Tx, vote: Liking | documents.Dislike, passing: PassingOn) -> None:
    """Count a vote that a community passed on, by somebody of the community's own node.

    For anybody else it takes their own proof; the community's word is not enough.
    """
    applying = passing.applying
    is_theirs = is_same_origin(vote.actor, passing.group.iri)
    if not is_theirs and vote not in applying.proven:
        return
    post, actor = post_by_iri(tx, vote.object), actor_by_iri(tx, vote.actor)
    is_undone = is_marked(tx, vote.iri, vote.actor, "undone")
    if post is None or actor is None or post.local or is_undone:
        return
    add = add_dislike if isinstance(vote, documents.Dislike) else add_favourite
    add(tx, actor.id, post.id, vote.iri, applying.now)


def undo_passed_on_vote(tx: Tx, undo: documents.Undo, passing: PassingOn) -> None:
    """Take back a vote that a community passed on, as far as its word counts for that voter.

    What the voter has proven to have taken back is that very vote, and no later one.
    """
    group, applying, inner = passing.group, passing.applying, undo.object
    iri = inner if isinstance(inner, str) else inner.iri
    is_theirs = is_same_origin(undo.actor, group.iri)
    if not is_theirs and (undo not in applying.proven or not holds_vote(tx, iri)):
        return
    if actor_by_iri(tx, undo.actor) is None:
        return
    if not undo_like(tx, undo, applying) and not undo_dislike(tx, undo, applying):
        add_mark(tx, iri, undo.actor, "undone", applying.now)


def holds_vote(tx: Tx, iri: str) -> bool:
    return favourite_by_iri(tx, iri) is not None or dislike_by_iri(tx, iri) is not None


def undo_like(tx: Tx, undo: documents.Undo, applying: Applying) -> bool:
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
    add_mark(tx, held.iri, actor.iri, "undone", applying.now, forever=True)
    post = post_by_id(tx, held.post_id)
    if post is not None:
        withdraw_notification(tx, post.author_id, ["favourite"], actor.id, post.id)
        pass_on(tx, post, actor, applying)
    return True


def undo_dislike(tx: Tx, undo: documents.Undo, applying: Applying) -> bool:
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
    add_mark(tx, held.iri, actor.iri, "undone", applying.now, forever=True)
    post = post_by_id(tx, held.post_id)
    if post is not None:
        pass_on(tx, post, actor, applying)
    return True


def undo_boost(tx: Tx, undo: documents.Undo) -> bool:
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
    post = post_by_id(tx, held.post_id)
    if post is not None:
        withdraw_notification(tx, post.author_id, ["reblog"], actor.id, post.id)
    return True
