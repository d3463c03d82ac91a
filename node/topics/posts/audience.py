"""Who on other nodes gets a post of ours, and what becomes of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes, inboxes_of
from node.topics.actors.store import Actor, actor_by_id, actors_by_ids
from node.topics.communities.announce import announce_activity
from node.topics.communities.store import community_even_closed
from node.topics.permissions.rules import LIMITED, OPEN
from node.topics.posts.recipients import recipients_of
from node.topics.posts.store import Post, post_by_id


def append_about(
    tx: Tx,
    author: Actor,
    post: Post,
    activity: dict[str, object],
    kind: str,
    now: int,
    also: Iterable[str] = (),
) -> Mapping[str, Any]:
    """Append what an author of ours says about a post, for everybody it is for, and `also` for
    inboxes that got it before."""
    return append_activity(
        tx,
        actor_id=author.id,
        activity=activity,
        object_iri=post.iri,
        kind=kind,
        inboxes={*audience_inboxes(tx, author, post), *also},
        public=post.visibility in OPEN,
        is_passed_on=is_passed_on(tx, post),
        now=now,
    )


def is_passed_on(tx: Tx, post: Post) -> bool:
    """Whether a community brings what is said to its members to other nodes than that of the
    author: there the proof of the author is all that tells whose words they are."""
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    if post.visibility != "members" or group is None:
        return False
    community = community_even_closed(tx, group.id) if group.local else None
    return community is None or community.elsewhere


def audience_inboxes(tx: Tx, author: Actor, post: Post) -> set[str]:
    """The inboxes of everybody on other nodes who a post of ours is for.

    Shared inboxes are used for what anybody may read, personal ones for everything else (T89).
    """
    if post.visibility in LIMITED:
        return community_inbox(tx, post)
    is_open = post.visibility in OPEN
    people = [actor_id for actor_id, _ in recipients_of(tx, post.id)]
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    if parent and is_open:
        people.append(parent.author_id)
    if post.community_id is not None:
        people.append(post.community_id)
    inboxes = set(inboxes_of(tx, people, shared=is_open))
    if post.visibility != "direct":
        inboxes |= follower_inboxes(tx, author.id, shared=is_open)
    return inboxes


def community_inbox(tx: Tx, post: Post) -> set[str]:
    """Where a post for the members of a community elsewhere goes: there, which passes it on. What
    is said in one of ours, that says itself."""
    return inboxes_of(tx, [post.community_id] if post.community_id else [], shared=False)


def pass_on(tx: Tx, author: Actor, post: Post, activity: Mapping[str, Any], now: int) -> None:
    """Have the community of ours that a post belongs to announce what became of it."""
    group = actors_by_ids(tx, [post.community_id]) if post.community_id else {}
    for community in group.values():
        if community.local:
            announce_activity(tx, community, author, activity, post.iri, now)
