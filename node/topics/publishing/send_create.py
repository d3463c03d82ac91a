"""A new post goes out: to those it is for, and by the community of ours that it belongs to."""

from collections.abc import Mapping
from typing import Any

from federation import documents
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.announce import announce_activity
from node.topics.posts.audience import append_about
from node.topics.posts.community_posts import note_announced
from node.topics.posts.documents import post_value
from node.topics.posts.store import Post
from node.topics.reactions.community_boosts import boost_in_community


def send_create(tx: Tx, author: Actor, post: Post, community: Actor | None, now: int) -> None:
    """Append the Create of a post of ours; a community of ours passes it on."""
    value = post_value(tx, post)
    create = documents.render_create(new_activity_iri(author), value)
    said = append_about(tx, author, post, create, "Create", now)
    if community is not None and community.local:
        announce_post(tx, community, author, post, said, now)


def announce_post(
    tx: Tx, group: Actor, author: Actor, post: Post, create: Mapping[str, Any], now: int
) -> None:
    """Pass on a new post or comment, once; one that starts a conversation is boosted as well."""
    if not note_announced(tx, post.id, now):
        return
    announce_activity(tx, group, author, create, post.iri, now)
    boost_in_community(tx, group, post, now)
