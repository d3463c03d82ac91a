"""Whether a post that came may stand in its community, and below what it answers."""

from federation.origin import is_same_origin
from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.blocks.store import are_apart
from node.topics.communities.permissions import place_of
from node.topics.permissions.rules import BEHIND, OPEN
from node.topics.posts.store import Post, post_by_id
from node.topics.publishing.may_write import (
    check_may_post_in,
    check_not_kept_out,
    check_open,
    take_in_by_writing,
)
from node.topics.publishing.refusals import NotTaken

NOT_THERE = "What is said in a community is for whom it lets read, and for nobody else."
NOT_VOUCHED = "What is said behind the door of a community elsewhere, that community brings."


def check_may_stand(tx: Tx, post: Post, group: Actor | None, author: Actor, now: int) -> None:
    """Raise NotTaken for a post that its community would not have, or that comes too late there;
    NotAllowed for one that comes too late anywhere else."""
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    if group is None:
        check_open(tx, parent)
        return
    check_is_vouched_for(post, group, None)
    try:
        check_fits(tx, post, group)
        check_may_post_in(tx, group, author, now, is_answer=post.parent_iri is not None)
        check_open(tx, parent)
    except NotAllowed as refusal:
        raise NotTaken(refusal.sentence, group.id, author.id) from refusal
    take_in_by_writing(tx, group, author, now)


def check_fits(tx: Tx, post: Post, group: Actor) -> None:
    """Raise NotAllowed for a post for everybody behind a door, or for members where there is none.

    Source: Lemmy 1.0, private communities.
    """
    place = place_of(tx, group)
    behind = BEHIND.get(place.door) if place is not None else None
    if (post.visibility != behind) if behind else (post.visibility not in OPEN):
        raise NotAllowed(NOT_THERE)


def check_is_vouched_for(post: Post, group: Actor, vouching: Actor | None) -> None:
    """Raise NotAllowed for a post behind the door of a community elsewhere that neither it,
    `vouching`, passes on nor its own home shows: anybody could say that they belong there."""
    is_theirs = post.visibility == "members" and not group.local
    is_vouched_for = vouching is not None and vouching.id == group.id
    if is_theirs and not is_vouched_for and not is_same_origin(post.iri, group.iri):
        raise NotAllowed(NOT_VOUCHED)


def check_may_answer(tx: Tx, post: Post, author: Actor) -> None:
    """Raise NotAllowed for an answer to somebody who has blocked its author, or was blocked, and
    for one anywhere in a conversation that somebody began who has.
    """
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    check_not_kept_out(tx, author, parent)
    if parent is not None and are_apart(tx, author.id, parent.author_id):
        raise NotAllowed("One of the two has blocked the other.")
