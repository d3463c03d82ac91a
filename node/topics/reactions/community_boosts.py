"""A community of ours shows its followers what begins a conversation, and shows it no longer.

It is what those see who follow the community with software that knows no communities, such as
Mastodon: they take no moderator's Delete, but the community's own Undo of its Announce.
"""

from collections.abc import Mapping
from typing import Any

from federation import documents
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.announce import append_for_members, followers_of
from node.topics.posts.store import Post
from node.topics.reactions.boosts import add_boost, boost_of, drop_boost


def boost_in_community(tx: Tx, group: Actor, post: Post, now: int) -> None:
    """Show a post that begins a conversation to all who follow the community, once."""
    if post.parent_iri is not None:
        return
    iri = new_activity_iri(group)
    if add_boost(tx, group.id, post, iri, now) is not None:
        send_about(tx, group, post, render_boost(group, post, iri, now), now)


def unboost_in_community(tx: Tx, group: Actor, post: Post, now: int) -> None:
    """Take back that the community showed a post; nothing if it does not show it."""
    held = boost_of(tx, group.id, post.id)
    if held is None:
        return
    drop_boost(tx, held)
    announce = render_boost(group, post, held.iri, held.created_at)
    undo = documents.render_undo(
        new_activity_iri(group), group.iri, announce, to=announce["to"], cc=announce["cc"]
    )
    send_about(tx, group, post, undo, now)


def send_about(tx: Tx, group: Actor, post: Post, activity: Mapping[str, Any], now: int) -> None:
    author = actor_by_id(tx, post.author_id) or group
    append_for_members(tx, group, author, activity, post.iri, now)


def render_boost(group: Actor, post: Post, iri: str, at: int) -> Mapping[str, Any]:
    return documents.render_announce(
        iri, group.iri, post.iri, to=[documents.PUBLIC], cc=[followers_of(group)], published=at
    )
