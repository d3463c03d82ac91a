"""Boosts as others read them: the Announce of a post by its id, and what takes it back."""

from typing import Any

from federation import documents
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.announce import followers_of
from node.topics.posts.store import Post
from node.topics.reactions.boosts import Boost


def render_boost(iri: str, booster: Actor, post: Post, visibility: str, at: int) -> dict[str, Any]:
    """The Announce at `iri`, for everybody or for the booster's followers alone."""
    is_public = visibility == "public"
    to = [documents.PUBLIC] if is_public else [followers_of(booster)]
    cc = [followers_of(booster)] if is_public else []
    return documents.render_announce(iri, booster.iri, post.iri, to=to, cc=cc, published=at)


def render_unboost(booster: Actor, post: Post, held: Boost) -> dict[str, Any]:
    """The Undo of a boost, for those who were told of it."""
    announce = render_boost(held.iri, booster, post, held.visibility, held.created_at)
    return documents.render_undo(
        new_activity_iri(booster), booster.iri, announce, to=announce["to"], cc=announce["cc"]
    )
