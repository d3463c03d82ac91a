"""What those of us who look after a community do about people: bans, and who looks after it."""

from federation.documents import moderating
from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_community, known_person, our_community
from node.topics.communities.store import standing_in
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.changes import appoint, ban_person, dismiss, unban_person
from node.topics.moderation.log_store import entry_by_id
from node.topics.moderation.rules import (
    FOR_EVER,
    check_may_act_on,
    check_may_moderate,
    check_reason,
    end_of_ban,
)
from node.topics.moderation.send_change import new_change, send_change, send_undo
from node.topics.permissions.rules import Role, Standing


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
    change = new_change(me, group, now, reason)
    if ban_person(tx, change, person, until, removes=removes):
        block = moderating.render_ban(
            change.activity_iri,
            me.iri,
            group.iri,
            person.iri,
            reason=reason or None,
            ends_at=None if until == FOR_EVER else until,
            removes=removes,
        )
        send_change(tx, me, group, block, person.iri, person, now)


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
    change = new_change(me, group, now)
    if unban_person(tx, change, person, restores=restores):
        block = moderating.render_ban(
            before.activity_iri if before else new_activity_iri(group),
            before.by_iri if before else me.iri,
            group.iri,
            person.iri,
            reason=before.reason if before else None,
            ends_at=None,
            removes=False,
        )
        send_undo(tx, me, change, block, person.iri, person, restores=restores)


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
    change = new_change(me, group, now)
    if appoint(tx, change, person.iri, person):
        add = moderating.render_add(
            change.activity_iri, me.iri, group.iri, person.iri, moderators_of(group)
        )
        send_change(tx, me, group, add, person.iri, person, now)


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
    change = new_change(me, group, now)
    if dismiss(tx, change, person.iri, person):
        said = moderating.render_remove(
            change.activity_iri, me.iri, group.iri, person.iri, moderators_of(group)
        )
        send_change(tx, me, group, said, person.iri, person, now)


def standings(tx: Tx, group: Actor, me: Actor, other: Actor) -> tuple[Standing, Standing]:
    return standing_in(tx, group, me), standing_in(tx, group, other)


def moderators_of(group: Actor) -> str:
    return group.moderators or f"{group.iri}/moderators"
