"""A community of ours passes on what was said in it (FEP-1b12).

The activity goes out as it came, wrapped in an Announce of the community, which is what Lemmy and
its kin read. A post that starts a conversation is also announced by its id alone, which is what
Mastodon and its kin show as a boost.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from federation import documents
from node.actors.actions import new_activity_iri
from node.actors.store import Actor
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes
from node.posts.boosts import add_boost
from node.posts.store import Post


def announce_post(
    tx: Tx, group: Actor, author: Actor, post: Post, create: Mapping[str, Any], now: int
) -> None:
    """Pass on a new post or comment; a post that starts a conversation is boosted as well."""
    announce_activity(tx, group, author, create, post.iri, now)
    if post.parent_iri is not None:
        return
    iri = new_activity_iri(group)
    if add_boost(tx, group.id, post, iri, now) is None:
        return
    announce = documents.render_announce(
        iri, group.iri, post.iri, to=[documents.PUBLIC], cc=[followers_of(group)], published=now
    )
    append_for_members(tx, group, author, announce, post.iri, now)


def announce_activity(
    tx: Tx,
    group: Actor,
    author: Actor,
    activity: Mapping[str, Any],
    object_iri: str,
    now: int,
) -> None:
    """Pass on an activity about `object_iri`, verbatim.

    It keeps its own context, without which its terms, and a proof in it, would mean nothing.
    """
    announce = documents.render_announce(
        new_activity_iri(group),
        group.iri,
        activity,
        to=[documents.PUBLIC],
        cc=[followers_of(group)],
        published=now,
    )
    append_for_members(tx, group, author, announce, object_iri, now)


def append_for_members(
    tx: Tx, group: Actor, author: Actor, announce: Mapping[str, Any], object_iri: str, now: int
) -> None:
    """Send to the members' nodes, and to the author's own, which learns so that it was taken."""
    inboxes: Iterable[str] = follower_inboxes(tx, group.id)
    if not author.local:
        inboxes = {*inboxes, author.shared_inbox or author.inbox}
    append_activity(
        tx,
        actor_id=group.id,
        activity=dict(announce),
        object_iri=object_iri,
        kind="Announce",
        inboxes=inboxes,
        public=True,
        now=now,
    )


def followers_of(actor: Actor) -> str:
    return actor.followers or f"{actor.iri}/followers"
