"""Who says something about a community, whether that counts, and what it is about."""

from dataclasses import dataclass

from federation import documents
from federation.origin import is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import is_undone
from node.base.errors import Missing, NotAllowed
from node.base.markup import plain_text
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_iri, known_actor
from node.topics.communities.announce import announce_activity
from node.topics.communities.store import community_by_actor, standing_of
from node.topics.members.store import follows_any
from node.topics.moderation.changes import Change, community_of
from node.topics.moderation.rules import Claim, is_believed
from node.topics.permissions.rules import Standing
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import Post, is_deleted, post_by_iri

Moderating = (
    documents.Add
    | documents.Remove
    | documents.Block
    | documents.Lock
    | documents.Delete
    | documents.Undo
    | documents.Update
)
NOT_THEIRS = "Who sent this does not look after that community."


@dataclass(frozen=True, slots=True)
class Said:
    """An activity, with the community that passed it on, if one did."""

    activity: Moderating
    passing: Actor | None
    context: ApplyContext


def claim_of(tx: Tx, group: Actor, said: Said) -> Claim:
    """Who says it: what is only passed on by somebody else is nobody's word."""
    actor_iri, passing = said.activity.actor, said.passing
    actor = actor_by_iri(tx, actor_iri) if passing is None and group.local else None
    return Claim(
        is_ours=group.local,
        standing=standing_of(tx, group.id, actor.id) if actor else Standing(),
        is_groups_word=passing is not None and passing.id == group.id,
        is_at_home=passing is None and is_same_origin(actor_iri, group.iri),
    )


def believed_change(tx: Tx, group: Actor, said: Said) -> Change | None:
    """What is done, if it counts; None if it was undone, before it came or since.

    Raises:
        NotAllowed: the sender has no say in that community, or it is closed down.
    """
    if not is_believed(claim_of(tx, group, said)):
        raise NotAllowed(NOT_THEIRS)
    if group.local and community_by_actor(tx, group.id) is None:
        raise NotAllowed(NOT_THEIRS)
    activity = said.activity
    if is_undone(tx, activity.iri, group.iri, said.context.signed_at):
        return None
    reason = getattr(activity, "summary", None)
    return Change(
        group=group,
        by_iri=activity.actor,
        activity_iri=activity.iri,
        now=said.context.now,
        reason=plain_text(reason).strip() or None if reason else None,
    )


def standings(tx: Tx, group: Actor, actor_iri: str, other: Actor) -> tuple[Standing, Standing]:
    """What the one who speaks is in the community, and what the other is."""
    actor = actor_by_iri(tx, actor_iri)
    mine = standing_of(tx, group.id, actor.id) if actor else Standing()
    return mine, standing_of(tx, group.id, other.id)


def group_of_object(tx: Tx, iri: str, said: Said) -> Actor | None:
    """The community of a post; of one not held here, the one that passes on or is named."""
    post = post_by_iri(tx, iri)
    if post is None:
        hidden = hidden_post(tx, iri)
        post = hidden.post if hidden else None
    if post is not None:
        return community_of(tx, post)
    if said.passing is not None:
        return said.passing
    audience = said.activity.audience
    named = actor_by_iri(tx, audience) if audience else None
    return named if named is not None and named.is_group else None


def post_in(tx: Tx, group: Actor, iri: str, said: Said) -> Post | None:
    """The post at `iri`, if it belongs to the community; asked for where somebody here follows it.

    Raises:
        Missing: it is not stored here yet.
    """
    post = post_by_iri(tx, iri)
    if post is not None:
        return post if post.community_id == group.id else None
    is_wanted = not group.local and follows_any(tx, group.id)
    if is_wanted and not said.context.is_settled(iri) and not is_deleted(tx, iri):
        raise Missing([iri])
    return None


def pass_on(tx: Tx, group: Actor, said: Said, object_iri: str) -> None:
    """Have a community of ours announce what a moderator elsewhere did."""
    context = said.context
    if group.local and context.verbatim:
        actor = known_actor(tx, said.activity.actor)
        announce_activity(tx, group, actor, context.verbatim, object_iri, context.now)
