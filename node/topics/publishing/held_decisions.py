"""What those who look after the node do about held posts: let them through, leave them out.

Either can be decided the other way later. A post of a community of ours that was let through was
passed on to its members; from there it is removed as any other is.
"""

from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.store import community_by_actor
from node.topics.moderation.held import (
    Held,
    drop_held,
    held_by_post,
    leave_old,
    old_held,
    put_decision,
    verbatim_of,
    waiting_at,
    waiting_of,
)
from node.topics.moderation.log_store import Entry, add_entry, new_entry_id
from node.topics.notifications.store import withdraw_from_strangers
from node.topics.posts.recipients import recipients_of
from node.topics.posts.store import Post, post_by_id
from node.topics.publishing.fanout import fan_out, remove_post
from node.topics.publishing.may_write import check_may_post_in
from node.topics.publishing.send_create import announce_post

SWEPT_AT_ONCE = 100
PASSED_ON = (
    "It was passed on to its community. Open it there, choose Look after this post, and remove it."
)


def let_through(tx: Tx, by: Actor | None, post_id: int, now: int) -> None:
    """Show a held post to everybody it is for, and tell them, as if it had just come.

    A community of ours passes it on. Repeating it does nothing.

    Raises:
        NotFound: no such post is or was held.
        NotAllowed: it is for a community of ours that has shut its author out since.
    """
    held, post, author = known_held(tx, post_id)
    if held.state == "passed":
        return
    group = our_group(tx, post)
    if group is not None:
        check_may_post_in(tx, group, author, now, to_others=True)
    verbatim = verbatim_of(tx, post_id)
    put_decision(tx, post_id, "passed", by.id if by else None, now)
    fan_out(tx, author, post, told_of(tx, post), now)
    if group is not None:
        log_decision(tx, group, by, "let_through", post, now)
        if verbatim:
            announce_post(tx, group, author, post, verbatim, now)


def leave_out(tx: Tx, by: Actor | None, post_id: int, now: int) -> None:
    """Show a held post to nobody but those who follow its author; nobody elsewhere is told.

    Repeating it does nothing.

    Raises:
        NotFound: no such post is or was held.
        NotAllowed: it was let through, and a community of ours has passed it on.
    """
    held, post, author = known_held(tx, post_id)
    if held.state == "left":
        return
    group = our_group(tx, post)
    if held.state == "passed" and group is not None:
        raise NotAllowed(PASSED_ON)
    put_decision(tx, post_id, "left", by.id if by else None, now)
    withdraw_from_strangers(tx, post.id, author.id)
    if group is not None:
        log_decision(tx, group, by, "leave_out", post, now)


def decide_all(tx: Tx, by: Actor | None, post_id: int, now: int, *, passes: bool) -> int:
    """Decide in one way about a held post and all that waits by its author; of how many.

    Raises:
        NotFound: no such post is or was held.
        NotAllowed: as for one.
    """
    held, _, _ = known_held(tx, post_id)
    ids = list(dict.fromkeys((post_id, *waiting_of(tx, held.author_id))))
    for one in ids:
        (let_through if passes else leave_out)(tx, by, one, now)
    return len(ids)


def release_host(tx: Tx, host: str, now: int) -> None:
    """Let through all that waits of a host, whose policy no longer holds it."""
    for post_id in waiting_at(tx, host):
        try:
            let_through(tx, None, post_id, now)
        except (NotFound, NotAllowed):
            put_decision(tx, post_id, "left", None, now)


def sweep_held(tx: Tx, now: int) -> int:
    """Drop what was held for thirty days, at most 100 posts at once; how many.

    Where somebody here follows the author, the post stays for them, and only leaves the list.
    """
    ids = old_held(tx, now, SWEPT_AT_ONCE)
    for post_id in ids:
        post = post_by_id(tx, post_id)
        if post is not None:
            remove_post(tx, post, now)
        drop_held(tx, post_id)
    return len(ids) + leave_old(tx, now)


def known_held(tx: Tx, post_id: int) -> tuple[Held, Post, Actor]:
    """A post that is or was held, with its author.

    Raises:
        NotFound: there is none, or it is gone.
    """
    held, post = held_by_post(tx, post_id), post_by_id(tx, post_id)
    author = actor_by_id(tx, post.author_id) if post else None
    if held is None or post is None or author is None:
        raise NotFound("No such post is held.")
    return held, post, author


def our_group(tx: Tx, post: Post) -> Actor | None:
    """The community of ours that a post is for."""
    group = actor_by_id(tx, post.community_id) if post.community_id is not None else None
    if group is None or not group.local or community_by_actor(tx, group.id) is None:
        return None
    return group


def told_of(tx: Tx, post: Post) -> list[int]:
    return [
        actor_id
        for actor_id, named in recipients_of(tx, post.id)
        if named or post.visibility == "direct"
    ]


def log_decision(tx: Tx, group: Actor, by: Actor | None, verb: str, post: Post, now: int) -> None:
    """Write it down in the log of the community, as well as with the post itself."""
    add_entry(
        tx,
        Entry(
            id=new_entry_id(now),
            group_id=group.id,
            verb=verb,
            by_iri=by.iri if by else group.iri,
            activity_iri=post.iri,
            post_id=post.id,
            person_id=None,
            reason=None,
            created_at=now,
        ),
    )
