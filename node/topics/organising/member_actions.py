"""What those do who look after a community about its members: roles, and letting somebody go."""

from node.base.errors import Invalid, NotAllowed, NotFound
from node.base.ids import new_id
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.permissions import check_allowed, check_known, is_allowed
from node.topics.communities.store import drop_member, membership, put_member, put_role, standing_in
from node.topics.communities.succession import check_has_successor
from node.topics.members.answers import reject_follow
from node.topics.members.store import Follow, accept_stored, follow_between, put_follow
from node.topics.moderation.changes import log_change
from node.topics.moderation.member_actions import add_moderator, remove_moderator
from node.topics.moderation.rules import check_may_act_on, check_may_moderate, check_reason
from node.topics.moderation.send_change import new_change
from node.topics.notifications.store import notify, withdraw_notification
from node.topics.organising.actions import ORGANISERS_ONLY
from node.topics.organising.rules import check_may_give
from node.topics.organising.store import MEMBERS_MAX, MembersPage, members_of
from node.topics.permissions.kept_out import note_kept_out
from node.topics.permissions.rules import Act, Role

LET_GO = "let_go"
ORGANISING = "organising"
NO_MEMBER = "They are no member of this community."


def list_members(
    tx: Tx,
    me: Actor | None,
    group: Actor,
    limit: int = MEMBERS_MAX,
    after: tuple[int, int] = (0, 0),
) -> MembersPage:
    """The members of a community, for whom they are shown.

    Raises:
        NotFound: they are shown to others, or it is a community that one may not know of.
    """
    check_known(tx, group, me)
    if not is_allowed(tx, Act.LIST_MEMBERS, group, me):
        if me is not None:
            note_kept_out("list_members", me.kind, me.host)
        raise NotFound
    return members_of(tx, group.id, limit, after)


def give_role(tx: Tx, me: Actor, group: Actor, person: Actor, role: Role, now: int) -> None:
    """Make a member, moderator or organiser of somebody in a community of ours; they are told.

    Who moderates may name other moderators; organisers are named, and are anything less again, by
    organisers alone. Repeating it changes nothing.

    Raises:
        NotFound: `me` may not know of the community, or they are no member of it.
        NotAllowed: `me` may not, nobody else organises it, or they cannot have that role.
    """
    check_known(tx, group, me)
    check_may_moderate(standing_in(tx, group, me))
    held = membership(tx, group.id, person.id).role
    if held is role:
        return
    if held is Role.ORGANISER or role is Role.ORGANISER:
        check_allowed(tx, Act.ORGANISE, group, me, now, sentence=ORGANISERS_ONLY)
        put_role_of(tx, group, person, role, now)
        change = new_change(me, group, now)
        log_change(tx, change, "appoint" if role > held else "dismiss", person_id=person.id)
    elif role is Role.MODERATOR:
        check_may_give(role, is_here=person.local, is_clinic=person.kind == "Organization")
        add_moderator(tx, me, group.id, person.id, now)
    else:
        remove_moderator(tx, me, group.id, person.id, now)


def put_role_of(tx: Tx, group: Actor, person: Actor, role: Role, now: int) -> None:
    """Give a member a role, whoever does it.

    Raises:
        NotFound: they are no member.
        NotAllowed: nobody else organises it, or they cannot have that role.
    """
    held = membership(tx, group.id, person.id).role
    if held is Role.NOBODY:
        raise NotFound(NO_MEMBER)
    if role is Role.NOBODY:
        raise Invalid("Say which role: member, moderator or organiser.")
    check_may_give(role, is_here=person.local, is_clinic=person.kind == "Organization")
    if held is Role.ORGANISER and role is not Role.ORGANISER:
        check_has_successor(tx, group.id, person.id)
    put_role(tx, group.id, person.id, role, now)
    if role is Role.ORGANISER:
        notify(tx, person.id, ORGANISING, group.id, 0, now)


def let_go(tx: Tx, me: Actor, group: Actor, person: Actor, now: int, *, reason: str = "") -> None:
    """End somebody's membership in a community of ours; they are told, with the reason. They may
    ask to join again: who shall not is shut out (`moderation`).

    Raises:
        NotFound: `me` may not know of it, or they are no member.
        NotAllowed: `me` does not look after it, or they do as well.
        Invalid: the reason is too long.
    """
    check_reason(reason)
    check_known(tx, group, me)
    check_may_moderate(standing_in(tx, group, me))
    if membership(tx, group.id, person.id).role is Role.NOBODY:
        raise NotFound(NO_MEMBER)
    check_may_act_on(standing_in(tx, group, me), standing_in(tx, group, person))
    end_membership(tx, group, person, reason, now)
    log_change(tx, new_change(me, group, now, reason), LET_GO, person_id=person.id)


def end_membership(tx: Tx, group: Actor, person: Actor, reason: str, now: int) -> None:
    """End a membership, whoever does it, and tell them.

    Raises:
        NotAllowed: nobody else organises it.
    """
    check_has_successor(tx, group.id, person.id)
    if follow_between(tx, person.id, group.id) is not None:
        reject_follow(tx, group, person, now, reason=reason)
    drop_member(tx, group.id, person.id)
    withdraw_notification(tx, person.id, [LET_GO], group.id, 0)
    notify(tx, person.id, LET_GO, group.id, 0, now, reason)


def add_member(tx: Tx, group: Actor, person: Actor, now: int) -> None:
    """Make somebody of this node a member of a community of ours, for its keeper. Who takes part
    there under another name goes on to do so under that one (`communities/names.py`).

    Raises:
        NotAllowed: they live elsewhere, and would have to ask themselves; or it is an organisation.
    """
    if not person.local:
        raise NotAllowed("People of other places join by themselves. Ask them to.")
    check_may_give(Role.MEMBER, is_here=True, is_clinic=person.kind == "Organization")
    held = follow_between(tx, person.id, group.id)
    if held is not None:
        accept_stored(tx, held.id, now)
    else:
        iri = new_activity_iri(person)
        put_follow(tx, Follow(new_id(now), person.id, group.id, iri, "accepted", now))
    put_member(tx, group.id, person.id, Role.MEMBER, now, "appointment")
