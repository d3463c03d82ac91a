"""What those do who organise a community of ours: make it, change it, close it down, open it again.

What a keeper does at a terminal needs no role: the functions that take no `me` are theirs.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from federation import documents
from node.base.errors import Conflict, Invalid, NotAllowed, NotFound
from node.base.markup import html_of_text, one_line
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes, member_inboxes
from node.topics.actors.actions import Keys, new_activity_iri
from node.topics.actors.documents import actor_value
from node.topics.actors.store import Actor, actor_by_id, local_actor
from node.topics.actors.words_due import drop_actor_words, index_name_later
from node.topics.communities.announce import followers_of
from node.topics.communities.permissions import check_allowed, place_of
from node.topics.communities.rules import check_community
from node.topics.communities.store import (
    Community,
    community_even_closed,
    note_copies,
    put_lets_in_by_hand,
)
from node.topics.members.actions import Founding, found_community
from node.topics.notifications.store import notify, withdraw_notification
from node.topics.organising.narrowing import begin_narrowing
from node.topics.organising.rules import (
    DAY_S,
    RESTORABLE_S,
    Settings,
    check_may_found,
    check_settings,
    is_moved,
    name_for,
    shuts_out,
    takes_from_elsewhere,
    topics_of,
)
from node.topics.organising.store import (
    founded_since,
    local_member_ids,
    put_closed,
    put_community,
    put_posting_restricted,
    put_words,
)
from node.topics.permissions.rules import Act
from node.topics.posts.documents import origin_of_actor

ORGANISERS_ONLY = "Only those who organise this community can do that."
NAMES_TRIED_MAX = 50
CLOSED_DOWN = "closed_down"
RESTORED = "opened_again"


def found(tx: Tx, me: Actor, founding: Founding, settings: Settings, keys: Keys, now: int) -> Actor:
    """Make a community that `me` organises, with all that it says of itself.

    Without a name in `founding` it gets one that is made of its title and free.

    Raises:
        Invalid, Conflict: as `create_community`; or a text is too long.
        NotAllowed: `me` is an organisation, or has made five communities today.
    """
    if me.kind != "Person":
        raise NotAllowed("An organisation cannot make a community. A person can.")
    check_may_found(founded_since(tx, me.id, now - DAY_S))
    check_settings(settings)
    name = founding.name or free_name(tx, name_for(founding.title), me.host)
    group = found_community(tx, replace(founding, name=name), me, keys, now)
    apply_settings(tx, group, replace(settings, visibility=None, elsewhere=None), now)
    return actor_by_id(tx, group.id) or group


def free_name(tx: Tx, name: str, host: str) -> str:
    """That name, or with a number behind it if it is taken.

    Raises:
        Conflict: fifty of them are.
    """
    for number in range(1, NAMES_TRIED_MAX + 1):
        tried = name if number == 1 else f"{name[:27]}_{number}"
        if not is_taken(tx, f"{tried}@{host}".lower()):
            return tried
    raise Conflict(f"The name {name} is taken. Choose another.")


def is_taken(tx: Tx, handle: str) -> bool:
    """Whether somebody of this node has that handle, or had it: names are never given twice."""
    row = tx.one("select 1 as found from actor where handle = :handle", handle=handle)
    return row is not None


def change(tx: Tx, me: Actor, group: Actor, settings: Settings, now: int) -> Community:
    """Change what a community says of itself and who may do what there; what it is then.

    Raises:
        NotFound: `me` may not know of it.
        NotAllowed: `me` does not organise it.
        Invalid: it cannot be like that.
    """
    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=ORGANISERS_ONLY)
    return apply_settings(tx, group, settings, now)


def apply_settings(tx: Tx, group: Actor, settings: Settings, now: int) -> Community:
    """Change a community, whoever does it.

    A door that is shut shuts at once; one that is opened shows nothing of before (`permissions`).
    Whom a narrower door shuts out is let go, in parts (`narrowing`).

    Raises:
        Invalid: it cannot be like that.
    """
    check_settings(settings)
    before = known(tx, group)
    after = changed(before, settings)
    title = one_line(settings.title) if settings.title is not None else group.title
    check_community(title, after.visibility, after.joining, after.posting)
    about = settings.about
    summary = html_of_text(about, {}, origin_of_actor(group)) if about is not None else None
    put_community(tx, after)
    is_new = title != group.title or (summary is not None and summary != group.summary)
    if is_new:
        put_words(tx, group.id, title, group.summary if summary is None else summary, now)
    is_private = after.visibility in ("closed", "hidden")
    if before.visibility != after.visibility:
        put_lets_in_by_hand(tx, group.id, is_private=is_private)
    if is_private and takes_from_elsewhere(after.place):
        note_copies(tx, group.id, 0, now)
    is_restricted = after.posting == "moderators"
    if is_restricted != group.posting_restricted:
        put_posting_restricted(tx, group.id, is_restricted=is_restricted)
    is_told = is_new or is_restricted != group.posting_restricted
    if is_told or is_moved(before.place, after.place):
        drop_actor_words(tx, [group.id])
        index_name_later(tx, group.id)
        send_update(tx, group, before, after, now)
    if shuts_out(before.place, after.place):
        begin_narrowing(tx, group, after, now)
    return after


def known(tx: Tx, group: Actor) -> Community:
    """The community that a group of ours is, closed down or not.

    Raises:
        Invalid: it is none of ours.
    """
    community = community_even_closed(tx, group.id)
    if community is None:
        raise Invalid("That is no community of this place.")
    return community


def changed(before: Community, settings: Settings) -> Community:
    """A community with what is changed of it."""
    wanted: Mapping[str, Any] = {
        "rules": settings.rules,
        "language": settings.language,
        "visibility": settings.visibility,
        "elsewhere": settings.elsewhere,
        "joining": settings.joining,
        "posting": settings.posting,
        "shows_members": settings.shows_members,
        "topics": None if settings.topics is None else ", ".join(topics_of(settings.topics)),
    }
    after = replace(before, **{name: one for name, one in wanted.items() if one is not None})
    return replace(after, elsewhere=after.elsewhere and after.visibility not in ("node", "public"))


def send_update(tx: Tx, group: Actor, before: Community, after: Community, now: int) -> None:
    """Tell other nodes what a community is now: those that know it, and nobody else.

    Where it leaves them out from now on they are told that it lets in by hand, and no more of it.
    """
    was_met, is_open = takes_from_elsewhere(before.place), after.visibility == "public"
    if not was_met and not takes_from_elsewhere(after.place):
        return
    now_it_is = actor_by_id(tx, group.id) or group
    if not takes_from_elsewhere(after.place):
        now_it_is = replace(group, approves_followers=True)
    to = [documents.PUBLIC, followers_of(group)] if is_open else [followers_of(group)]
    inboxes = follower_inboxes(tx, group.id, shared=is_open) | member_inboxes(tx, group.id)
    append_activity(
        tx,
        actor_id=group.id,
        activity=documents.render_update_actor(
            new_activity_iri(group), actor_value(tx, now_it_is), to=to
        ),
        object_iri=group.iri,
        kind="Update",
        inboxes=inboxes,
        public=is_open,
        now=now,
    )


def close_down(tx: Tx, me: Actor, group: Actor, now: int) -> None:
    """Close a community down: from now on nobody sees it but those who organise it, who can open it
    again for thirty days. Its members of this node are told. Repeating it changes nothing.

    Raises:
        NotFound, NotAllowed: as `change`.
    """
    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=ORGANISERS_ONLY)
    close_down_for_keeper(tx, group, now, but_told=me.id)


def close_down_for_keeper(tx: Tx, group: Actor, now: int, but_told: int = 0) -> None:
    """Close a community down, whoever does it."""
    if known(tx, group).closed_at is not None:
        return
    put_closed(tx, group.id, now)
    tell_members(tx, group, CLOSED_DOWN, now, but_told)


def restore(tx: Tx, me: Actor, group: Actor, now: int) -> None:
    """Open a community again that was closed down less than thirty days ago.

    Raises:
        NotFound, NotAllowed: as `change`; or it is too late.
    """
    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=ORGANISERS_ONLY)
    restore_for_keeper(tx, group, now, but_told=me.id)


def restore_for_keeper(tx: Tx, group: Actor, now: int, but_told: int = 0) -> None:
    """Open a community again, whoever does it."""
    closed_at = known(tx, group).closed_at
    if closed_at is None:
        return
    if now - closed_at >= RESTORABLE_S:
        raise NotAllowed("It was closed down more than 30 days ago and goes for good.")
    put_closed(tx, group.id, None)
    tell_members(tx, group, RESTORED, now, but_told)


def tell_members(tx: Tx, group: Actor, kind: str, now: int, but_told: int) -> None:
    """Tell the members who live here; what was told before of its kind is told anew."""
    for other in (CLOSED_DOWN, RESTORED):
        for actor_id in local_member_ids(tx, group.id):
            withdraw_notification(tx, actor_id, [other], group.id, 0)
    for actor_id in local_member_ids(tx, group.id):
        if actor_id != but_told:
            notify(tx, actor_id, kind, group.id, 0, now)


def organised(tx: Tx, me: Actor, name: str) -> Actor:
    """The community of that name that `me` organises, also if it is closed down.

    Raises:
        NotFound: there is none: the same as for anybody who does not organise it.
    """
    group = local_actor(tx, "Group", name)
    if group is None or group.name != name or place_of(tx, group) is None:
        raise NotFound
    try:
        check_allowed(tx, Act.ORGANISE, group, me, 0, sentence=ORGANISERS_ONLY)
    except NotAllowed:
        raise NotFound from None
    return group
