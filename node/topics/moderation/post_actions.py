"""What those of us who look after a community do about posts: in one of ours, or in one
elsewhere, which is sent it and decides there.

Every function checks that `me` may do it, changes things here, and appends what others are told.
Repeating one changes and tells nothing.
"""

from federation.documents import moderating
from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.lookup import known_community
from node.topics.communities.store import standing_in
from node.topics.moderation.changes import (
    close_post,
    hide_post,
    open_post,
    pin_post,
    show_post,
    unpin_post,
)
from node.topics.moderation.log_store import entry_by_id, last_entry_about_post
from node.topics.moderation.rules import check_may_moderate, check_reason
from node.topics.moderation.send_change import new_change, send_change, send_undo
from node.topics.permissions.rules import LIMITED, OPEN
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import Post, post_by_id

NOT_OPEN = "Only what everybody may read is looked after by a community."


def pin(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Put a post first in its community.

    Raises:
        NotFound: the post is not there, or in no community that is open.
        NotAllowed: `me` does not look after the community, or 20 posts stand first already.
    """
    post, group = post_to_moderate(tx, me, post_id)
    change = new_change(me, group, now)
    if pin_post(tx, change, post):
        add = moderating.render_add(
            change.activity_iri, me.iri, group.iri, post.iri, featured_of(group)
        )
        send_change(tx, me, group, add, post.iri, author_of(tx, post), now)


def unpin(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Let a post stand where its day puts it.

    Raises:
        NotFound, NotAllowed: as `pin`.
    """
    post, group = post_to_moderate(tx, me, post_id)
    change = new_change(me, group, now)
    if unpin_post(tx, change, post):
        remove = moderating.render_remove(
            change.activity_iri, me.iri, group.iri, post.iri, featured_of(group)
        )
        send_change(tx, me, group, remove, post.iri, author_of(tx, post), now)


def lock(tx: Tx, me: Actor, post_id: int, reason: str, now: int) -> None:
    """Close the conversation under a post.

    Raises:
        NotFound, NotAllowed: as `pin`.
        Invalid: the reason is too long.
    """
    check_reason(reason)
    post, group = post_to_moderate(tx, me, post_id)
    change = new_change(me, group, now, reason)
    if close_post(tx, change, post):
        said = moderating.render_lock(
            change.activity_iri, me.iri, group.iri, post.iri, reason or None
        )
        send_change(tx, me, group, said, post.iri, author_of(tx, post), now)


def unlock(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Open the conversation under a post again.

    Raises:
        NotFound, NotAllowed: as `pin`.
    """
    post, group = post_to_moderate(tx, me, post_id)
    before = last_entry_about_post(tx, group.id, post.id, "lock")
    change = new_change(me, group, now)
    if open_post(tx, change, post):
        locked = moderating.render_lock(
            before.activity_iri if before else new_activity_iri(group),
            before.by_iri if before else me.iri,
            group.iri,
            post.iri,
        )
        send_undo(tx, me, change, locked, post.iri, author_of(tx, post))


def remove(
    tx: Tx, me: Actor, post_id: int, reason: str, now: int, *, with_replies: bool = False
) -> None:
    """Hide somebody's post from everybody; it can be restored.

    Raises:
        NotFound, NotAllowed: as `pin`.
        Invalid: the reason is too long.
    """
    check_reason(reason)
    post, group = post_to_moderate(tx, me, post_id)
    change, author = new_change(me, group, now, reason), author_of(tx, post)
    if hide_post(tx, change, post, with_replies=with_replies):
        delete = moderating.render_removal(
            change.activity_iri, me.iri, group.iri, post.iri, reason, with_replies=with_replies
        )
        send_change(tx, me, group, delete, post.iri, author, now)


def restore(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Show a removed post again, with what was removed together with it.

    Raises:
        NotFound: it is not hidden, or in no community that is open.
        NotAllowed: `me` does not look after the community.
    """
    hidden = hidden_post_by_id(tx, post_id)
    group = known_community(tx, hidden.post.community_id if hidden else None)
    check_may_moderate(standing_in(tx, group, me))
    if hidden is None:
        raise NotFound
    change, before = new_change(me, group, now), entry_by_id(tx, hidden.entry_id)
    is_own_entry = before is not None and before.verb == "remove"
    if not show_post(tx, change, hidden):
        raise NotFound
    removal = moderating.render_removal(
        before.activity_iri if before and is_own_entry else new_activity_iri(group),
        before.by_iri if before else me.iri,
        group.iri,
        hidden.post.iri,
        (before.reason if before else None) or "",
    )
    send_undo(tx, me, change, removal, hidden.post.iri, author_of(tx, hidden.post))


def post_to_moderate(tx: Tx, me: Actor, post_id: int) -> tuple[Post, Actor]:
    """A post in a community of ours that `me` looks after.

    Raises:
        NotFound: the post is not there, or in no community that is open.
        NotAllowed: `me` does not look after the community.
    """
    post = post_by_id(tx, post_id)
    group = known_community(tx, post.community_id if post else None)
    check_may_moderate(standing_in(tx, group, me))
    if post is None or post.visibility not in (*OPEN, *LIMITED):
        raise NotAllowed(NOT_OPEN)
    return post, group


def author_of(tx: Tx, post: Post) -> Actor | None:
    return actor_by_id(tx, post.author_id)


def featured_of(group: Actor) -> str:
    """Where a community lists what stands first.

    Raises:
        NotAllowed: it is elsewhere, and has no such list.
    """
    if group.featured is None and not group.local:
        raise NotAllowed("That community has no place for what stands first.")
    return group.featured or f"{group.iri}/featured"
