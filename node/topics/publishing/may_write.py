"""Whether a member may write in a place, said before they begin and again when they post.

What another node would drop is refused here: else its author would wait for an answer that never
comes.
"""

from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.rules import check_may_post
from node.topics.communities.store import community_by_actor, membership
from node.topics.members.store import follow_between
from node.topics.moderation.group_moderators import group_moderators
from node.topics.posts.conversation_locks import is_closed
from node.topics.posts.interaction_policies import check_is_let
from node.topics.posts.rules import check_lives_here
from node.topics.posts.store import Post
from node.topics.posts.views import PostView

NOT_LET_IN = "This community lets only its members write. Join it, and wait until it lets you in."
MODERATORS_ONLY = "In this community only those who look after it begin a conversation."


def check_may_post_in(tx: Tx, group: Actor, author: Actor, now: int) -> None:
    """Raise NotAllowed unless `author` may post in a community.

    Of one elsewhere only a ban that it told us of is known here; the rest is decided there.
    """
    community, held = community_by_actor(tx, group.id), membership(tx, group.id, author.id)
    posting = community.posting if community else "anyone"
    check_may_post(held.role, posting, held.banned_until, now)


def check_may_write(tx: Tx, group: Actor, author: Actor, parent: Post | None, now: int) -> None:
    """Raise NotAllowed unless a member of ours may write in a community, ours or elsewhere.

    One elsewhere says of itself that it lets in by hand, or that only moderators begin
    conversations (Lemmy).
    """
    check_may_post_in(tx, group, author, now)
    if group.local:
        return
    held = follow_between(tx, author.id, group.id)
    if group.approves_followers and (held is None or not held.is_accepted):
        raise NotAllowed(NOT_LET_IN)
    is_moderator = author.iri in group_moderators(tx, group.id)
    if group.posting_restricted and parent is None and not is_moderator:
        raise NotAllowed(MODERATORS_ONLY)


def check_open(tx: Tx, parent: Post | None) -> None:
    """Raise NotAllowed for an answer in a conversation that is closed."""
    if parent is not None and is_closed(tx, parent.id):
        raise NotAllowed("This conversation is closed: it takes no more answers.")


def why_not_in(tx: Tx, author: Actor, group: Actor, now: int) -> str:
    """Why a member may not begin a conversation in a community; empty if they may."""
    try:
        check_lives_here(author.moved_to)
        check_may_write(tx, group, author, None, now)
    except NotAllowed as refusal:
        return refusal.sentence
    return ""


def why_not_answer(tx: Tx, author: Actor, view: PostView, now: int) -> str:
    """Why a member may not answer a post; empty if they may."""
    group = actor_by_id(tx, view.post.community_id) if view.post.community_id else None
    try:
        check_lives_here(author.moved_to)
        check_open(tx, view.post)
        check_is_let(tx, view.post, view.author, author, "reply")
        if group is not None:
            check_may_write(tx, group, author, view.post, now)
    except NotAllowed as refusal:
        return refusal.sentence
    return ""
