"""What our members do with a post: favour it, boost it, keep it, and take that back."""

from collections.abc import Mapping
from typing import Any

from federation import documents
from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes, inboxes_of
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.announce import announce_activity
from node.topics.communities.names import check_name
from node.topics.members.home_timeline import place_in_home
from node.topics.notifications.store import notify, withdraw_notification
from node.topics.permissions.rules import LIMITED, OPEN
from node.topics.posts.interaction_policies import check_is_let
from node.topics.posts.rules import check_lives_here, may_boost
from node.topics.posts.views import PostView, post_view
from node.topics.pseudonyms.rules import AS_ANOTHER
from node.topics.reactions.boosts import add_boost, boost_of, drop_boost
from node.topics.reactions.documents import render_boost, render_unboost
from node.topics.reactions.store import (
    add_bookmark,
    add_favourite,
    drop_bookmark,
    drop_favourite,
    favourite_of,
    favours_as_another,
)

Json = Mapping[str, Any]


def favourite(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Favour a post; its author is told. Repeating it changes nothing.

    Raises:
        NotFound: the post is not there, or not for this member.
        NotAllowed: its author lets others like it, or one acts there under another name.
    """
    view = post_view(tx, post_id, me)
    if view.post.visibility != "direct":
        check_name(tx, me, view.community)
    if favours_as_another(tx, me.id, post_id):
        raise NotAllowed(AS_ANOTHER)
    check_is_let(tx, view.post, view.author, me, "like")
    iri = new_activity_iri(me)
    if add_favourite(tx, me.id, post_id, iri, now):
        notify(tx, view.author.id, "favourite", me.id, post_id, now)
        send_reaction(tx, me, view, render_favour(iri, me, view), "Like", now)


def unfavourite(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Favour a post no longer. Repeating it changes nothing.

    Raises:
        NotFound: the post is not there, or not for this member.
    """
    view = post_view(tx, post_id, me)
    held = favourite_of(tx, me.id, post_id)
    if held is not None:
        drop_favourite(tx, held)
        withdraw_notification(tx, view.author.id, ["favourite"], me.id, post_id)
        like = render_favour(held.iri, me, view)
        undo = documents.render_undo(new_activity_iri(me), me.iri, like, to=[view.author.iri])
        send_reaction(tx, me, view, undo, "Undo", now)


def render_favour(iri: str, me: Actor, view: PostView) -> dict[str, Any]:
    audience = view.community.iri if view.community else None
    return documents.render_like(
        iri, me.iri, view.post.iri, to=[view.author.iri], audience=audience
    )


def send_reaction(tx: Tx, me: Actor, view: PostView, activity: Json, kind: str, now: int) -> None:
    """Tell the author's node, and have a community of ours pass it on, or ask another to.

    In a community that not everybody may read it is counted there, and nobody else hears (T90).
    """
    is_public, is_limited = view.post.visibility in OPEN, view.post.visibility in LIMITED
    people = [view.community.id] if view.community else []
    people += [] if is_limited else [view.author.id]
    said = append_activity(
        tx,
        actor_id=me.id,
        activity=dict(activity),
        object_iri=view.post.iri,
        kind=kind,
        inboxes=inboxes_of(tx, people, shared=is_public),
        public=is_public,
        now=now,
    )
    if view.community is not None and view.community.local and not is_limited:
        announce_activity(tx, view.community, me, said, view.post.iri, now)


def boost(tx: Tx, me: Actor, post_id: int, now: int) -> int:
    """Show somebody's post to one's own followers; the id of the boost, old or new.

    Raises:
        NotFound: the post is not there, or not for this member.
        NotAllowed: it is not for everybody to read, its author lets others pass it on, or this
            member has moved away; or one acts there under another name, or this name nowhere else.
    """
    check_lives_here(me.moved_to)
    view = post_view(tx, post_id, me)
    check_name(tx, me, None)
    check_name(tx, me, view.community)
    is_author = view.author.id == me.id
    if not may_boost(view.post.visibility, is_author):
        raise NotAllowed("Only a post that everybody may read can be boosted.")
    check_is_let(tx, view.post, view.author, me, "announce")
    held = boost_of(tx, me.id, post_id)
    if held is not None:
        return held.id
    iri = new_activity_iri(me)
    visibility = "followers" if view.post.visibility == "followers" else "public"
    boost_id = add_boost(tx, me.id, view.post, iri, now, visibility)
    if boost_id is None:
        raise LookupError("a boost was stored and is not to be found")
    place_in_home(tx, me.id, item_id=boost_id, post_id=post_id, from_id=me.id)
    notify(tx, view.author.id, "reblog", me.id, post_id, now)
    send_boost(tx, me, view, render_boost(iri, me, view.post, visibility, now), "Announce", now)
    return boost_id


def unboost(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Take a boost back. Repeating it changes nothing.

    Raises:
        NotFound: the post is not there, or not for this member.
    """
    view = post_view(tx, post_id, me)
    held = boost_of(tx, me.id, post_id)
    if held is not None:
        drop_boost(tx, held)
        withdraw_notification(tx, view.author.id, ["reblog"], me.id, post_id)
        send_boost(tx, me, view, render_unboost(me, view.post, held), "Undo", now)


def send_boost(tx: Tx, me: Actor, view: PostView, activity: Json, kind: str, now: int) -> None:
    is_public = view.post.visibility in OPEN
    inboxes = follower_inboxes(tx, me.id, shared=is_public)
    inboxes = inboxes | inboxes_of(tx, [view.author.id], shared=is_public)
    append_activity(
        tx,
        actor_id=me.id,
        activity=dict(activity),
        object_iri=view.post.iri,
        kind=kind,
        inboxes=inboxes,
        public=is_public,
        now=now,
    )


def bookmark(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Keep a post for oneself; nobody is told.

    Raises:
        NotFound: the post is not there, or not for this member.
    """
    post_view(tx, post_id, me)
    add_bookmark(tx, me.id, post_id, now)


def unbookmark(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Keep a post no longer. `now` changes nothing: whatever members do is told it.

    Raises:
        NotFound: the post is not there, or not for this member.
    """
    post_view(tx, post_id, me)
    drop_bookmark(tx, me.id, post_id)
