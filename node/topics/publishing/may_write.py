"""Whether a member may write in a place, said before they begin and again when they post.

What another node would drop is refused here: else its author would wait for an answer that never
comes.
"""

from collections.abc import Sequence

from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.pledges import check_agreed
from node.topics.communities.names import check_name, check_reaches
from node.topics.communities.permissions import place_of, who_is
from node.topics.communities.store import looks_after, put_member
from node.topics.members.actions import SHUT_OUT
from node.topics.moderation.group_moderators import group_moderators
from node.topics.moderation.node_bans import check_may_speak_here
from node.topics.permissions.rules import Act, Role, may
from node.topics.posts.conversation_blocks import is_kept_out
from node.topics.posts.conversation_locks import is_closed
from node.topics.posts.interaction_policies import check_is_let
from node.topics.posts.rules import check_lives_here
from node.topics.posts.store import Post
from node.topics.posts.views import PostView

NOT_LET_IN = "This community lets only its members write. Join it, and wait until it lets you in."
MODERATORS_ONLY = "In this community only those who look after it begin a conversation."


def check_may_post_in(
    tx: Tx,
    group: Actor,
    author: Actor,
    now: int,
    *,
    is_answer: bool = False,
    to_others: bool = False,
) -> None:
    """Raise NotAllowed unless `author` may begin a conversation in a community, or answer in one.

    Of one elsewhere only a ban that it told us of is known here, and whether it lets in by hand;
    the rest is decided there. `to_others`: somebody else lets it be seen (`who_is`).
    """
    place = place_of(tx, group)
    who = who_is(tx, group.id, author, now, to_others=to_others)
    if place is None or not may(Act.KNOW, place, who):
        raise NotAllowed(NOT_LET_IN)
    if who.is_banned:
        raise NotAllowed(SHUT_OUT)
    if not may(Act.ANSWER if is_answer else Act.BEGIN, place, who):
        is_for_moderators = place.posting == "moderators" and not is_answer
        raise NotAllowed(MODERATORS_ONLY if is_for_moderators else NOT_LET_IN)
    check_agreed(tx, group, author)


def take_in_by_writing(tx: Tx, group: Actor, author: Actor, now: int) -> None:
    """Make whoever follows a community of ours that anybody may join, and writes in it, a member:
    other software has no other way to join."""
    place, who = place_of(tx, group), who_is(tx, group.id, author, now)
    if place is not None and group.local and who.is_follower and place.joining == "open":
        put_member(tx, group.id, author.id, Role.MEMBER, now, "writing")


def check_may_write(tx: Tx, group: Actor, author: Actor, parent: Post | None, now: int) -> None:
    """Raise NotAllowed unless a member of ours may write in a community, ours or elsewhere.

    One elsewhere says of itself that it lets in by hand, or that only moderators begin
    conversations (Lemmy).
    """
    check_may_post_in(tx, group, author, now, is_answer=parent is not None)
    if group.local:
        return
    is_moderator = author.iri in group_moderators(tx, group.id)
    if group.posting_restricted and parent is None and not is_moderator:
        raise NotAllowed(MODERATORS_ONLY)


def check_under_name(
    tx: Tx,
    author: Actor,
    group: Actor | None,
    parent: Post | None,
    named: Sequence[Actor],
    visibility: str,
) -> None:
    """Raise NotAllowed for what is written in a community where its author takes part under another
    name; and, by a name for one community, for what is not for that, or for people of it alone."""
    if visibility != "direct":
        check_name(tx, author, group)
    asked_by = actor_by_id(tx, parent.author_id) if parent is not None else None
    for one in (*named, *([asked_by] if asked_by is not None else [])):
        check_reaches(tx, author, one)


def check_open(tx: Tx, parent: Post | None) -> None:
    """Raise NotAllowed for an answer in a conversation that is closed."""
    if parent is not None and is_closed(tx, parent.id):
        raise NotAllowed("This conversation is closed: it takes no more answers.")


def check_not_kept_out(tx: Tx, author: Actor, parent: Post | None) -> None:
    """Raise NotAllowed for an answer in a conversation that somebody began who has blocked its
    author, below whatever it would stand. Not of those who look after the community it is in: a
    block is no way around them.
    """
    if parent is None or not is_kept_out(tx, parent.root_id, author.id):
        return
    group = actor_by_id(tx, parent.community_id) if parent.community_id else None
    if not looks_after(tx, group, author):
        raise NotAllowed("You cannot answer in this conversation.")


def why_not_in(tx: Tx, author: Actor, group: Actor, now: int) -> str:
    """Why a member may not begin a conversation in a community; empty if they may."""
    try:
        check_lives_here(author.moved_to)
        check_may_speak_here(tx, author, now)
        check_name(tx, author, group)
        check_may_write(tx, group, author, None, now)
    except NotAllowed as refusal:
        return refusal.sentence
    return ""


def why_not_answer(tx: Tx, author: Actor, view: PostView, now: int) -> str:
    """Why a member may not answer a post; empty if they may."""
    group = actor_by_id(tx, view.post.community_id) if view.post.community_id else None
    try:
        check_lives_here(author.moved_to)
        check_may_speak_here(tx, author, now)
        check_open(tx, view.post)
        check_not_kept_out(tx, author, view.post)
        check_is_let(tx, view.post, view.author, author, "reply")
        if view.post.visibility != "direct":
            check_name(tx, author, group)
        if group is not None:
            check_may_write(tx, group, author, view.post, now)
    except NotAllowed as refusal:
        return refusal.sentence
    return ""
