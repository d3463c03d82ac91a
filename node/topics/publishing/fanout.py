"""Where a post is placed on this node and who is told of it, and how it is taken out again."""

from node.arrivals.store import drop_set_aside
from node.arrivals.tombstones import has_tombstone
from node.db.tx import Tx
from node.outbox.append import forget_said
from node.topics.actors.store import Actor, actor_by_id
from node.topics.files.store import take_off_post
from node.topics.members.home_timeline import (
    place_in_home,
    place_in_homes,
    place_in_member_homes,
    remove_post_from_homes,
)
from node.topics.moderation.desk_store import settle_cases_about
from node.topics.moderation.held import is_followed_by, is_kept_from_others, state_of
from node.topics.notifications.store import notify, strangers_heard, withdraw_of_post
from node.topics.permissions.clinics import CLINIC
from node.topics.permissions.rules import LIMITED
from node.topics.polls.store import drop_votes
from node.topics.posts.removals import BEFORE_IT_CAME, hide_posts
from node.topics.posts.rules import STRANGERS_A_DAY_MAX
from node.topics.posts.store import Post, mark_post_deleted, post_by_id
from node.topics.posts.views import post_views
from node.topics.quotes.actions import end_quotes_of
from node.topics.reactions.boosts import drop_boosts_of
from node.topics.reactions.community_boosts import unboost_in_community

DAY_S = 24 * 3_600


def fan_out(tx: Tx, author: Actor, post: Post, named: list[int], now: int) -> None:
    """Place a new post in the homes it belongs in on this node, and tell those it names.

    An organisation that names people disturbs nobody but whom it answers.
    """
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    if post.visibility in LIMITED:
        place_in_member_homes(tx, post.id, post.community_id or 0, author.id)
    elif post.visibility != "direct":
        place_in_homes(
            tx,
            item_id=post.id,
            post_id=post.id,
            boost_id=None,
            from_id=author.id,
            reply_to_id=parent.author_id if parent else None,
        )
        if author.local:
            place_in_home(tx, author.id, item_id=post.id, post_id=post.id, from_id=author.id)
    told = named
    if post.visibility in LIMITED:
        told = [one for one in named if may_read(tx, post, one)]
    if parent and parent.author_id not in told and may_read(tx, post, parent.author_id):
        told = [*told, parent.author_id]
    if author.kind == CLINIC:
        told = [one for one in told if parent is not None and one == parent.author_id]
    is_held = is_kept_from_others(tx, post, author)
    for reader_id in told:
        if is_held and not is_followed_by(tx, author, reader_id):
            continue
        is_answer = parent is not None and parent.author_id == reader_id
        if may_tell(tx, reader_id, author, post, now, is_answer=is_answer):
            notify(tx, reader_id, "mention", author.id, post.id, now)


def may_read(tx: Tx, post: Post, reader_id: int) -> bool:
    """Whether somebody may read a post that is not addressed to them."""
    reader = actor_by_id(tx, reader_id)
    return reader is not None and post.id in post_views(tx, [post.id], reader)


def may_tell(
    tx: Tx, reader_id: int, author: Actor, post: Post, now: int, *, is_answer: bool
) -> bool:
    """Whether somebody is told of a post that names or answers them: of strangers, twenty times a
    day (T106). Answers are told in any crowd, and twenty of each stranger.

    A stranger is somebody of another node whom they do not follow, outside of communities. What
    was said beyond that stays where it is, and nobody is disturbed. What somebody let through who
    looks after the node is told.
    """
    if author.local or post.community_id is not None or is_followed_by(tx, author, reader_id):
        return True
    if state_of(tx, post.id) == "passed":
        return True
    only_id = author.id if is_answer else 0
    return strangers_heard(tx, reader_id, now - DAY_S, only_id) < STRANGERS_A_DAY_MAX


def hide_if_removed(tx: Tx, post: Post, group: Actor, now: int) -> bool:
    """Hide a post that its community removed before it came here (T120); whether it had."""
    was_removed = has_tombstone(tx, post.iri, group.iri, "deleted") and not post.local
    if was_removed:
        hide_posts(tx, [post.id], BEFORE_IT_CAME, now)
    return was_removed


def remove_post(tx: Tx, post: Post, now: int, *, is_told: bool = True) -> None:
    """Take a post out of everything that shows it; a tombstone stays, and no words (T148).

    Who holds a copy elsewhere is asked before, for what was said of it is forgotten. If `is_told` a
    community of ours takes back that it showed it: who follows that with software that knows no
    communities hears nothing of the author's Delete.
    """
    mark_post_deleted(tx, post, now)
    take_off_post(tx, post.id, unused_since=0)
    settle_cases_about(tx, post.id, now)
    forget_said(tx, post.iri)
    drop_set_aside(tx, post.iri, now)
    drop_votes(tx, post.id)
    remove_post_from_homes(tx, post.id)
    group = actor_by_id(tx, post.community_id) if is_told and post.community_id else None
    if group is not None and group.local:
        unboost_in_community(tx, group, post, now)
    drop_boosts_of(tx, post.id)
    withdraw_of_post(tx, post.id)
    end_quotes_of(tx, post, now)
