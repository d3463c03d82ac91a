"""A community of ours shows its followers what begins a conversation, and shows it no longer.

It is what those see who follow the community with software that knows no communities, such as
Mastodon: they take no moderator's Delete, but the community's own Undo of its Announce.
"""

from collections.abc import Mapping
from typing import Any

from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.announce import append_for_members
from node.topics.permissions.rules import OPEN
from node.topics.posts.store import Post
from node.topics.reactions.boosts import add_boost, boost_of, drop_boost
from node.topics.reactions.documents import render_boost, render_unboost


def boost_in_community(tx: Tx, group: Actor, post: Post, now: int) -> None:
    """Show a post that begins a conversation to all who follow the community, once."""
    if post.parent_iri is not None or post.visibility not in OPEN:
        return
    iri = new_activity_iri(group)
    if add_boost(tx, group.id, post, iri, now) is not None:
        send_about(tx, group, post, render_boost(iri, group, post, "public", now), now)


def unboost_in_community(tx: Tx, group: Actor, post: Post, now: int) -> None:
    """Take back that the community showed a post; nothing if it does not show it."""
    held = boost_of(tx, group.id, post.id)
    if held is not None:
        drop_boost(tx, held)
        send_about(tx, group, post, render_unboost(group, post, held), now)


def send_about(tx: Tx, group: Actor, post: Post, activity: Mapping[str, Any], now: int) -> None:
    author = actor_by_id(tx, post.author_id) or group
    append_for_members(tx, group, author, activity, post.iri, now)
