"""Posts that somebody else says are deleted: their own address decides, and twice.

One answer of one address is not the end of anybody's words: servers are moved, broken, and broken
into. After the first that says "gone" a post is hidden; after one a day later it is deleted; when
its address shows it, or its author says something of it, it is back (T146).
"""

from node.arrivals.apply_context import Fetched
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.members.home_timeline import place_in_homes
from node.topics.permissions.rules import OPEN
from node.topics.posts.recipients import recipients_of
from node.topics.posts.store import Post
from node.topics.posts.unverified_deletes import (
    AGAIN_AFTER_S,
    GIVE_UP_S,
    UnverifiedPostDelete,
    post_put_aside,
    put_aside,
    put_off_post_delete,
    take_back_aside,
)
from node.topics.publishing.fanout import fan_out, hide_if_removed, remove_post
from node.topics.reactions.boosts import boosts_of


def may_be_asked(post: Post) -> bool:
    """Whether the address of a post can tell us that it is gone: only where anybody may read it.

    To whoever may not, a post looks as if it had never been.
    """
    return not post.local and post.visibility in OPEN


def hear_that_gone(tx: Tx, post: Post, now: int) -> None:
    """The address of a post has said that it was deleted: hide it, and ask again later."""
    if may_be_asked(post):
        put_aside(tx, post, now)


def bring_back(tx: Tx, iri: str, author: Actor, now: int) -> bool:
    """Show a post again that was put aside, because it is there; whether it was put aside.

    It stands where it stood, and those it names are told, as when it came. What its community
    removed meanwhile stays away.
    """
    post = post_put_aside(tx, iri)
    if post is None or post.author_id != author.id:
        return False
    take_back_aside(tx, post)
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    if group is not None and hide_if_removed(tx, post, group, now):
        return True
    named = [
        actor_id
        for actor_id, mentioned in recipients_of(tx, post.id)
        if mentioned or post.visibility == "direct"
    ]
    fan_out(tx, author, post, named, now)
    for boost in boosts_of(tx, post.id):
        place_in_homes(
            tx, item_id=boost.id, post_id=post.id, boost_id=boost.id, from_id=boost.actor_id
        )
    return True


def settle_post_delete(tx: Tx, delete: UnverifiedPostDelete, found: Fetched, now: int) -> None:
    """Delete a post that is gone still a day later; show it again if its address says so.

    An address that says neither is asked every day. After two weeks the post is shown again: one
    answer is not enough.
    """
    post = post_put_aside(tx, delete.iri)
    if post is None:
        return
    age_s = now - delete.gone_at
    if found == "gone" and age_s >= AGAIN_AFTER_S:
        remove_post(tx, post, now)
    elif found == "stored" or age_s >= GIVE_UP_S:
        author = actor_by_id(tx, post.author_id)
        if author is not None:
            bring_back(tx, post.iri, author, now)
    else:
        put_off_post_delete(tx, delete, now)
