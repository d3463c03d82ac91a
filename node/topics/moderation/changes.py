"""What is done in a community, whoever does it: the state changes, and the log says by whom.

Each function returns False where things stood like that already; then nothing is written, told or
passed on, however often it is repeated (T119). Who may do it was decided before (`rules`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri
from node.topics.communities.join_requests import request_of
from node.topics.communities.store import drop_member, put_role, standing_of
from node.topics.communities.succession import check_has_successor
from node.topics.conversations.threads import replies_below
from node.topics.members.answers import reject_follow
from node.topics.members.home_timeline import (
    place_in_homes,
    place_in_member_homes,
    remove_boost_from_homes,
)
from node.topics.members.store import follow_between
from node.topics.moderation.ban_store import Ban, ban_of, drop_ban, put_ban
from node.topics.moderation.group_moderators import drop_group_moderator, put_group_moderator
from node.topics.moderation.held import is_kept_from_others
from node.topics.moderation.log_store import HOLD, Entry, add_entry, entry_by_id, new_entry_id
from node.topics.notifications.store import notify, withdraw_notification
from node.topics.permissions.rules import LIMITED, OPEN, Role
from node.topics.posts.conversation_locks import lock_post, unlock_post
from node.topics.posts.pins import add_pin, drop_pin
from node.topics.posts.removals import (
    BEFORE_IT_CAME,
    Hidden,
    hidden_in,
    hidden_post,
    hidden_with,
    hide_posts,
    take_out_posts,
    unhide_posts,
    written_in,
)
from node.topics.posts.store import Post, posts_by_ids
from node.topics.reactions.boosts import boost_of
from node.topics.reactions.community_boosts import boost_in_community, unboost_in_community

REMOVED = "removed"
"""What the author of a post of ours is told when a community removes it; one elsewhere takes it out
of its list."""

BANNED, UNBANNED = "banned", "unbanned"
"""What somebody of ours is told whom a community shuts out, and lets write again."""

UNBOOSTED_AT_ONCE = 100
"""Of how much that is removed at once, the newest, the boosts are taken back as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who does something in which community, with which activity, and why."""

    group: Actor
    by_iri: str
    activity_iri: str
    now: int
    reason: str | None = None


def log_change(
    tx: Tx,
    change: Change,
    verb: str,
    *,
    post_id: int | None = None,
    person_id: int | None = None,
    entry_id: int | None = None,
) -> None:
    add_entry(
        tx,
        Entry(
            id=entry_id or new_entry_id(change.now),
            group_id=change.group.id,
            verb=verb,
            by_iri=change.by_iri,
            activity_iri=change.activity_iri,
            post_id=post_id,
            person_id=person_id,
            reason=change.reason,
            created_at=change.now,
        ),
    )


def pin_post(tx: Tx, change: Change, post: Post) -> bool:
    """Put a post first in the community."""
    is_new = add_pin(tx, change.group.id, post.id, change.now)
    if is_new:
        log_change(tx, change, "pin", post_id=post.id)
    return is_new


def unpin_post(tx: Tx, change: Change, post: Post) -> bool:
    """Let a post stand where its day puts it."""
    was_there = drop_pin(tx, change.group.id, post.id)
    if was_there:
        log_change(tx, change, "unpin", post_id=post.id)
    return was_there


def close_post(tx: Tx, change: Change, post: Post) -> bool:
    """Close the conversation under a post: it takes no more answers."""
    was_open = lock_post(tx, post.id, change.now)
    if was_open:
        log_change(tx, change, "lock", post_id=post.id)
    return was_open


def open_post(tx: Tx, change: Change, post: Post) -> bool:
    """Open the conversation under a post again."""
    was_closed = unlock_post(tx, post.id)
    if was_closed:
        log_change(tx, change, "unlock", post_id=post.id)
    return was_closed


def hide_post(tx: Tx, change: Change, post: Post, *, with_replies: bool = False) -> bool:
    """Hide a post, or it and all that answers it, from everybody; the log keeps it.

    A community elsewhere takes a post of ours out of its list, and no more (T27).
    """
    if hidden_post(tx, post.iri) is not None:
        return False
    ids = [post.id, *(replies_below(tx, post) if with_replies else ())]
    entry_id = new_entry_id(change.now)
    remove_from_community(tx, change, ids, entry_id)
    log_change(tx, change, "remove", post_id=post.id, entry_id=entry_id)
    return True


def remove_from_community(
    tx: Tx, change: Change, ids: list[int], entry_id: int, *, is_told: bool = True
) -> None:
    """Hide posts, and have our community show them to its followers no longer.

    Of what a community elsewhere removes, posts of ours only leave its list and the homes that they
    are in because it showed them. Authors of ours are told, if it `is_told` of single posts.
    """
    group, posts = change.group, posts_by_ids(tx, ids).values()
    if group.local:
        for post in sorted(posts, key=lambda one: -one.id)[:UNBOOSTED_AT_ONCE]:
            unboost_in_community(tx, group, post, change.now)
        hide_posts(tx, ids, entry_id, change.now)
        tell_authors(tx, change, posts if is_told else ())
        return
    ours = [post for post in posts if post.local]
    taken_out = [post.id for post in ours]
    hide_posts(tx, [one for one in ids if one not in taken_out], entry_id, change.now)
    take_out_posts(tx, taken_out, entry_id)
    tell_authors(tx, change, ours if is_told else ())
    for post in ours:
        boost = boost_of(tx, group.id, post.id)
        if boost is not None:
            remove_boost_from_homes(tx, boost.id)


def tell_authors(tx: Tx, change: Change, posts: Iterable[Post]) -> None:
    """Tell authors of ours what became of their posts, but not of what they did themselves."""
    me = actor_by_iri(tx, change.by_iri)
    for post in posts:
        if me is None or post.author_id != me.id:
            notify(tx, post.author_id, REMOVED, change.group.id, post.id, change.now)


def show_post(tx: Tx, change: Change, hidden: Hidden) -> bool:
    """Show a hidden post again, with what was hidden together with it.

    What something else hid than this community, such as its author's own home, stays hidden; so
    does what waits for a look.
    """
    entry = entry_by_id(tx, hidden.entry_id)
    is_theirs = entry is not None and entry.group_id == change.group.id and entry.verb != HOLD
    if not is_theirs and hidden.entry_id != BEFORE_IT_CAME:
        return False
    show_again(tx, change, hidden_with(tx, hidden))
    log_change(tx, change, "restore", post_id=hidden.post.id)
    return True


def show_again(tx: Tx, change: Change, ids: list[int]) -> None:
    """Show hidden posts to those who follow their authors or the community, here and elsewhere."""
    group = change.group
    unhide_posts(tx, ids)
    for post in posts_by_ids(tx, ids).values():
        withdraw_notification(tx, post.author_id, [REMOVED], group.id, post.id)
        if post.parent_iri is not None:
            continue
        if post.visibility in LIMITED:
            place_in_member_homes(tx, post.id, group.id, post.author_id)
            continue
        place_in_homes(tx, item_id=post.id, post_id=post.id, boost_id=None, from_id=post.author_id)
        if group.local and is_for_all(tx, post):
            boost_in_community(tx, group, post, change.now)
        if boost := boost_of(tx, group.id, post.id):
            place_in_homes(
                tx, item_id=boost.id, post_id=post.id, boost_id=boost.id, from_id=group.id
            )


def is_for_all(tx: Tx, post: Post) -> bool:
    """Whether everybody may read a post, and it is not held for a look (T106)."""
    author = actor_by_id(tx, post.author_id)
    is_held = author is None or is_kept_from_others(tx, post, author)
    return post.visibility in OPEN and not is_held


def ban_person(tx: Tx, change: Change, person: Actor, until: int, *, removes: bool = False) -> bool:
    """Let somebody write in the community no longer; `removes` hides what they wrote in it.

    In a community of ours that also ends their membership and their role.
    """
    group, entry_id = change.group, new_entry_id(change.now)
    ids = written_in(tx, group.id, person.id) if removes else []
    is_new = put_ban(tx, group.id, Ban(person.id, until, change.reason, entry_id), change.now)
    if not is_new and not ids:
        return False
    log_change(tx, change, "ban", person_id=person.id, entry_id=entry_id)
    held = ban_of(tx, group.id, person.id)
    is_heard = group.local or bool(ids) or is_known_to(tx, person, group)
    remove_from_community(
        tx, change, ids, held.entry_id if held else entry_id, is_told=not group.local
    )
    if is_heard:
        withdraw_notification(tx, person.id, [BANNED, UNBANNED], group.id, 0)
        notify(tx, person.id, BANNED, group.id, 0, change.now)
    if not group.local:
        drop_group_moderator(tx, group.id, person.iri)
        return True
    check_has_successor(tx, group.id, person.id)
    drop_member(tx, group.id, person.id)
    asking = request_of(tx, group.id, person.id)
    is_waiting = asking is not None and asking.waits
    if is_waiting or follow_between(tx, person.id, group.id) is not None:
        reject_follow(tx, group, person, change.now, reason=change.reason or "")
    return True


def is_known_to(tx: Tx, person: Actor, group: Actor) -> bool:
    """Whether somebody has to do with a community elsewhere, so that a ban means something."""
    is_follower = follow_between(tx, person.id, group.id) is not None
    return is_follower or bool(written_in(tx, group.id, person.id))


def unban_person(tx: Tx, change: Change, person: Actor, *, restores: bool = False) -> bool:
    """Let somebody write in the community again; `restores` shows what the ban had hidden."""
    held = ban_of(tx, change.group.id, person.id)
    if held is None or not drop_ban(tx, change.group.id, person.id):
        return False
    log_change(tx, change, "unban", person_id=person.id)
    if withdraw_notification(tx, person.id, [BANNED], change.group.id, 0):
        notify(tx, person.id, UNBANNED, change.group.id, 0, change.now)
    if restores:
        show_again(tx, change, hidden_in(tx, held.entry_id))
    return True


def appoint(tx: Tx, change: Change, person_iri: str, person: Actor | None) -> bool:
    """Make somebody look after the community; who organises it keeps that role."""
    if change.group.local:
        if person is None or standing_of(tx, change.group.id, person.id).role >= Role.MODERATOR:
            return False
        put_role(tx, change.group.id, person.id, Role.MODERATOR, change.now)
    elif not put_group_moderator(tx, change.group.id, person_iri, change.now):
        return False
    log_change(tx, change, "appoint", person_id=person.id if person else None)
    return True


def dismiss(tx: Tx, change: Change, person_iri: str, person: Actor | None) -> bool:
    """Let somebody look after the community no longer; they stay a member."""
    if change.group.local:
        if person is None or standing_of(tx, change.group.id, person.id).role < Role.MODERATOR:
            return False
        check_has_successor(tx, change.group.id, person.id)
        put_role(tx, change.group.id, person.id, Role.MEMBER, change.now)
    elif not drop_group_moderator(tx, change.group.id, person_iri):
        return False
    log_change(tx, change, "dismiss", person_id=person.id if person else None)
    return True


def community_of(tx: Tx, post: Post) -> Actor | None:
    """The community that a post belongs to."""
    return actor_by_id(tx, post.community_id) if post.community_id is not None else None
