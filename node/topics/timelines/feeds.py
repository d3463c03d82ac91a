"""The newest of a public community, or of somebody who wants to be found, for feed readers.

It is what a visitor may see, whoever asks: nobody signs in to a feed.
"""

from dataclasses import dataclass

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_local
from node.topics.communities.store import community_by_actor
from node.topics.posts.views import PostView, post_views

ENTRIES_MAX = 20


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose feed it is, and what stands in it, the newest first; `language` is that of a community
    that says one."""

    actor: Actor
    language: str
    views: tuple[PostView, ...]


def has_feed(tx: Tx, actor: Actor) -> bool:
    """Whether somebody has a feed: a community of ours that everybody may read, or one of our
    people who wants to be found."""
    if not actor.local or actor.is_our_node:
        return False
    if not actor.is_group:
        return actor.discoverable
    community = community_by_actor(tx, actor.id)
    return community is not None and community.visibility == "public"


def feed_of(tx: Tx, folder: str, name: str) -> Feed:
    """The feed of one of ours.

    Raises:
        NotFound: there is nobody of that name, or they have no feed; the two look the same.
    """
    actor = known_local(tx, folder, name, None)
    if not has_feed(tx, actor):
        raise NotFound
    rows = tx.all(
        OF_COMMUNITY if actor.is_group else OF_PERSON, actor_id=actor.id, limit=ENTRIES_MAX
    )
    views = post_views(tx, [row["id"] for row in rows], None)
    shown = tuple(views[row["id"]] for row in rows if row["id"] in views)
    community = community_by_actor(tx, actor.id) if actor.is_group else None
    return Feed(actor, community.language if community else "", shown)


OF_COMMUNITY = """
    select p.id from post p
    where p.community_id = :actor_id and p.deleted_at is null and p.removed_in is null
      and p.parent_iri is null and p.visibility = 'public'
    order by p.id desc limit :limit
"""
OF_PERSON = """
    select p.id from post p
    where p.author_id = :actor_id and p.deleted_at is null
      and p.parent_iri is null and p.visibility = 'public'
    order by p.id desc limit :limit
"""
"""Not what is for everybody but for no public list (`unlisted`): a feed is one."""
