"""What those of us do who look after a community: one of ours, which announces each deed, or one
elsewhere, which is sent it and decides there.

Every function checks that `me` may do it, changes things here, and appends what others are told.
Repeating one changes and tells nothing.
"""

from typing import Any

from federation.documents import moderating
from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.announce import announce_activity
from node.topics.communities.rules import Role, Standing
from node.topics.communities.store import community_by_actor, standing_in
from node.topics.moderation.changes import (
    Deed,
    appoint,
    ban_person,
    close_post,
    dismiss,
    hide_post,
    log_deed,
    open_post,
    pin_post,
    show_post,
    unban_person,
    unpin_post,
)
from node.topics.moderation.rules import (
    FOR_EVER,
    check_may_act_on,
    check_may_moderate,
    check_reason,
    end_of_ban,
)
from node.topics.moderation.store import ban_of, entry_by_id, last_entry_about_post
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import Post, post_by_id

Json = dict[str, Any]
NOT_OPEN = "Only what everybody may read is looked after by a community."


def pin(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Put a post first in its community.

    Raises:
        NotFound: the post is not there, or in no community that is open.
        NotAllowed: `me` does not look after the community, or 20 posts stand first already.
    """
    post, group = post_to_moderate(tx, me, post_id)
    deed = new_deed(me, group, now)
    if pin_post(tx, deed, post):
        add = moderating.render_add(
            deed.activity_iri, me.iri, group.iri, post.iri, featured_of(group)
        )
        say(tx, me, group, add, post.iri, author_of(tx, post), now)


def unpin(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Let a post stand where its day puts it.

    Raises:
        NotFound, NotAllowed: as `pin`.
    """
    post, group = post_to_moderate(tx, me, post_id)
    deed = new_deed(me, group, now)
    if unpin_post(tx, deed, post):
        remove = moderating.render_remove(
            deed.activity_iri, me.iri, group.iri, post.iri, featured_of(group)
        )
        say(tx, me, group, remove, post.iri, author_of(tx, post), now)


def lock(tx: Tx, me: Actor, post_id: int, reason: str, now: int) -> None:
    """Close the conversation under a post.

    Raises:
        NotFound, NotAllowed: as `pin`.
        Invalid: the reason is too long.
    """
    check_reason(reason)
    post, group = post_to_moderate(tx, me, post_id)
    deed = new_deed(me, group, now, reason)
    if close_post(tx, deed, post):
        said = moderating.render_lock(
            deed.activity_iri, me.iri, group.iri, post.iri, reason or None
        )
        say(tx, me, group, said, post.iri, author_of(tx, post), now)


def unlock(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Open the conversation under a post again.

    Raises:
        NotFound, NotAllowed: as `pin`.
    """
    post, group = post_to_moderate(tx, me, post_id)
    before = last_entry_about_post(tx, group.id, post.id, "lock")
    deed = new_deed(me, group, now)
    if open_post(tx, deed, post):
        locked = moderating.render_lock(
            before.activity_iri if before else new_activity_iri(group),
            before.by_iri if before else me.iri,
            group.iri,
            post.iri,
        )
        undo(tx, me, deed, locked, post.iri, author_of(tx, post))


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
    deed, author = new_deed(me, group, now, reason), author_of(tx, post)
    is_asked_first = is_to_be_asked(tx, group, post)
    if hide_post(tx, deed, post, with_replies=with_replies) or is_asked_first:
        if is_asked_first:
            log_deed(tx, deed, "remove", post_id=post.id)
        delete = moderating.render_removal(
            deed.activity_iri, me.iri, group.iri, post.iri, reason, with_replies=with_replies
        )
        say(tx, me, group, delete, post.iri, author, now)


def is_to_be_asked(tx: Tx, group: Actor, post: Post) -> bool:
    """Whether a community elsewhere is to remove a post of ours, and was not asked to yet.

    There it goes; here it stays, for only its author takes it back (T27).
    """
    if group.local or not post.local:
        return False
    return last_entry_about_post(tx, group.id, post.id, "remove") is None


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
    deed, before = new_deed(me, group, now), entry_by_id(tx, hidden.entry_id)
    is_own_entry = before is not None and before.verb == "remove"
    show_post(tx, deed, hidden)
    removal = moderating.render_removal(
        before.activity_iri if before and is_own_entry else new_activity_iri(group),
        before.by_iri if before else me.iri,
        group.iri,
        hidden.post.iri,
        (before.reason if before else None) or "",
    )
    undo(tx, me, deed, removal, hidden.post.iri, author_of(tx, hidden.post))


def ban(
    tx: Tx,
    me: Actor,
    group_id: int,
    person_id: int,
    now: int,
    *,
    reason: str = "",
    days: int | None = None,
    removes: bool = False,
) -> None:
    """Let somebody write in a community of ours no longer, for so many days or for ever.

    Raises:
        NotFound: there is no such community of ours or no such person.
        NotAllowed: `me` does not look after it, or they do as well.
        Invalid: the reason is too long, or that is no number of days.
    """
    check_reason(reason)
    until = end_of_ban(days, now)
    group, person = known_community(tx, group_id), known_person(tx, person_id)
    check_may_act_on(*standings(tx, group, me, person))
    deed = new_deed(me, group, now, reason)
    if ban_person(tx, deed, person, until, removes=removes):
        block = moderating.render_ban(
            deed.activity_iri,
            me.iri,
            group.iri,
            person.iri,
            reason=reason or None,
            ends_at=None if until == FOR_EVER else until,
            removes=removes,
        )
        say(tx, me, group, block, person.iri, person, now)


def unban(
    tx: Tx, me: Actor, group_id: int, person_id: int, now: int, *, restores: bool = False
) -> None:
    """Let somebody write in a community of ours again; `restores` shows what the ban had hidden.

    Raises:
        NotFound, NotAllowed: as `ban`.
    """
    group, person = known_community(tx, group_id), known_person(tx, person_id)
    check_may_moderate(standing_in(tx, group, me))
    held = ban_of(tx, group.id, person.id)
    before = entry_by_id(tx, held.entry_id) if held else None
    deed = new_deed(me, group, now)
    if unban_person(tx, deed, person, restores=restores):
        block = moderating.render_ban(
            before.activity_iri if before else new_activity_iri(group),
            before.by_iri if before else me.iri,
            group.iri,
            person.iri,
            reason=before.reason if before else None,
            ends_at=None,
            removes=False,
        )
        undo(tx, me, deed, block, person.iri, person, restores=restores)


def add_moderator(tx: Tx, me: Actor, group_id: int, person_id: int, now: int) -> None:
    """Have somebody look after a community of ours, who may live on another node.

    Raises:
        NotFound: there is no such community of ours or no such person.
        NotAllowed: `me` does not look after it, or the person is a group, a service, or banned.
    """
    group, person = our_community(tx, group_id), known_person(tx, person_id)
    check_may_moderate(standing_in(tx, group, me))
    held = ban_of(tx, group.id, person.id)
    if held is not None and held.until > now:
        raise NotAllowed("They are banned from this community. End the ban first.")
    deed = new_deed(me, group, now)
    if appoint(tx, deed, person.iri, person):
        add = moderating.render_add(
            deed.activity_iri, me.iri, group.iri, person.iri, moderators_of(group)
        )
        say(tx, me, group, add, person.iri, person, now)


def remove_moderator(tx: Tx, me: Actor, group_id: int, person_id: int, now: int) -> None:
    """Have somebody look after a community of ours no longer; a moderator may step down alone.

    Raises:
        NotFound: there is no such community of ours or no such person.
        NotAllowed: they are no less than `me` in it.
    """
    group, person = our_community(tx, group_id), known_person(tx, person_id)
    mine, theirs = standings(tx, group, me, person)
    if not (me.id == person.id and mine.role == Role.MODERATOR):
        check_may_act_on(mine, theirs)
    deed = new_deed(me, group, now)
    if dismiss(tx, deed, person.iri, person):
        said = moderating.render_remove(
            deed.activity_iri, me.iri, group.iri, person.iri, moderators_of(group)
        )
        say(tx, me, group, said, person.iri, person, now)


def post_to_moderate(tx: Tx, me: Actor, post_id: int) -> tuple[Post, Actor]:
    """A post in a community of ours that `me` looks after.

    Raises:
        NotFound: the post is not there, or in no community that is open.
        NotAllowed: `me` does not look after the community.
    """
    post = post_by_id(tx, post_id)
    group = known_community(tx, post.community_id if post else None)
    check_may_moderate(standing_in(tx, group, me))
    if post is None or post.visibility not in ("public", "unlisted"):
        raise NotAllowed(NOT_OPEN)
    return post, group


def known_community(tx: Tx, group_id: int | None) -> Actor:
    """The group of an open community of ours, or of one elsewhere.

    Raises:
        NotFound: there is none.
    """
    group = actor_by_id(tx, group_id) if group_id is not None else None
    if group is None or not group.is_group:
        raise NotFound
    return our_community(tx, group.id) if group.local else group


def our_community(tx: Tx, group_id: int | None) -> Actor:
    """The group of a community of ours that is open.

    Raises:
        NotFound: there is none.
    """
    community = community_by_actor(tx, group_id) if group_id is not None else None
    group = actor_by_id(tx, community.actor_id) if community else None
    if group is None:
        raise NotFound
    return group


def known_person(tx: Tx, person_id: int) -> Actor:
    """Somebody who is no group and no service.

    Raises:
        NotFound: there is nobody.
    """
    person = actor_by_id(tx, person_id)
    if person is None or person.is_group or person.kind == "Application":
        raise NotFound
    return person


def standings(tx: Tx, group: Actor, me: Actor, other: Actor) -> tuple[Standing, Standing]:
    return standing_in(tx, group, me), standing_in(tx, group, other)


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


def moderators_of(group: Actor) -> str:
    return group.moderators or f"{group.iri}/moderators"


def new_deed(me: Actor, group: Actor, now: int, reason: str = "") -> Deed:
    return Deed(
        group=group,
        by_iri=me.iri,
        activity_iri=new_activity_iri(me),
        now=now,
        reason=reason.strip() or None,
    )


def undo(
    tx: Tx,
    me: Actor,
    deed: Deed,
    undone: Json,
    object_iri: str,
    concerned: Actor | None,
    *,
    restores: bool = False,
) -> None:
    said = moderating.render_undo_moderation(
        deed.activity_iri, me.iri, deed.group.iri, undone, restores=restores
    )
    say(tx, me, deed.group, said, object_iri, concerned, deed.now)


def say(
    tx: Tx,
    me: Actor,
    group: Actor,
    activity: Json,
    object_iri: str,
    concerned: Actor | None,
    now: int,
) -> None:
    """Keep what `me` said at its address, and have the community announce it.

    Its members' nodes get it, and the node of whom it concerns. A community elsewhere is sent it.
    """
    append_activity(
        tx,
        actor_id=me.id,
        activity=activity,
        object_iri=object_iri,
        kind=str(activity["type"]),
        inboxes=() if group.local else (group.shared_inbox or group.inbox,),
        public=True,
        now=now,
    )
    if group.local:
        announce_activity(tx, group, concerned or me, activity, object_iri, now)
