"""An edit from elsewhere that fewer may read than before: who may not is shown it no longer."""

from node.db.tx import Tx
from node.outbox.append import forget_said
from node.topics.actors.store import Actor, actor_by_id
from node.topics.members.home_timeline import place_in_homes, remove_post_from_homes
from node.topics.moderation.held import forget_verbatim
from node.topics.notifications.store import withdraw_from_outsiders
from node.topics.permissions.rules import OPEN
from node.topics.posts.rules import REACH
from node.topics.posts.store import Post, narrow_post, post_by_id
from node.topics.reactions.boosts import drop_boosts_of
from node.topics.reactions.community_boosts import unboost_in_community


def narrow(tx: Tx, post: Post, author: Actor, visibility: str, now: int) -> None:
    """Let a post of another node reach no further than `visibility`; never further than before.

    What is for some only from now on leaves its community, its boosts, what a community of ours
    said of it, and the homes and news of everybody whom it is not for.
    """
    reach = visibility if REACH[visibility] < REACH[post.visibility] else post.visibility
    if post.visibility in OPEN and reach not in OPEN:
        close(tx, post, author, reach, now)
    if reach != post.visibility:
        narrow_post(tx, post.id, reach)
    if reach not in OPEN and not reach == post.visibility == "members":
        withdraw_from_outsiders(tx, post.id, author.id, to_followers=reach == "followers")


def close(tx: Tx, post: Post, author: Actor, reach: str, now: int) -> None:
    group = actor_by_id(tx, post.community_id) if post.community_id is not None else None
    if group is not None and group.local:
        unboost_in_community(tx, group, post, now)
    forget_said(tx, post.iri)
    forget_verbatim(tx, post.id)
    remove_post_from_homes(tx, post.id)
    drop_boosts_of(tx, post.id)
    parent = post_by_id(tx, post.parent_id) if post.parent_id is not None else None
    if reach == "followers":
        place_in_homes(
            tx,
            item_id=post.id,
            post_id=post.id,
            boost_id=None,
            from_id=author.id,
            reply_to_id=parent.author_id if parent else None,
        )
