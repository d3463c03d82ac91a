"""Inviting people into a community, and coming in by an invitation.

An invitation is open while it was not revoked, has not ended, is not used up, and whoever made it
may invite still. One that is not open looks to everybody as if there had never been one.
"""

from dataclasses import dataclass, replace

from node.base.errors import Conflict, Invalid, NotAllowed, NotFound
from node.base.ids import new_id, new_name
from node.db.tx import Tx
from node.topics.accounts.actions import create_account
from node.topics.accounts.devices import remember_device
from node.topics.accounts.sign_in import SESSION_S, SignedIn
from node.topics.accounts.store import Account, add_session
from node.topics.actors.actions import Keys, new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.invitation_store import (
    Invitation,
    came_by,
    entry_with_ticket,
    insert_invitation,
    invitation_by_code,
    invitation_by_id,
    is_ticket_used,
    open_count,
    put_use,
    revoke_with_all_below,
    take_use,
)
from node.topics.admissions.pledges import agree
from node.topics.admissions.rules import (
    DAY_S,
    DAYS_USUAL,
    OPEN_MAX,
    USES_USUAL,
    account_name,
    check_invitation,
    is_let_in_at_once,
)
from node.topics.admissions.settings import settings_of
from node.topics.admissions.vouches import vouch
from node.topics.communities.join_requests import request_of, settle_request
from node.topics.communities.lookup import our_community
from node.topics.communities.names import check_name
from node.topics.communities.permissions import (
    check_known,
    is_allowed,
    place_of,
    who_is,
)
from node.topics.communities.store import put_member
from node.topics.members.actions import NOT_TO_JOIN, SHUT_OUT
from node.topics.members.asking import ask, forget_asking
from node.topics.members.store import Follow, accept_stored, follow_between, put_follow
from node.topics.permissions.rules import Act, Role, may

TICKET_S = 3_600
"""How long a form that is sent once more leads to the account that it made."""

TAIL_MIN, TAIL_MAX = 4, 8
NOT_TO_INVITE = "You cannot invite people into this community."
NOT_OPEN = "This invitation is not open any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants an invitation to be; `signed` may say who invites."""

    uses: int = USES_USUAL
    days: int = DAYS_USUAL
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """An open invitation, where it leads, and who invites."""

    invitation: Invitation
    group: Actor
    inviter: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who comes in by an invitation and has no account here.

    `ticket` is what their browser has in hand, `device` what to call it; `pledge` is the wording
    that they agree to.
    """

    origin: str
    shown_name: str
    ticket: str
    device: str
    keys: Keys
    pledge: int | None = None


def make_invitation(tx: Tx, group: Actor, inviter: Actor, wanted: Wanted, now: int) -> str:
    """Make an invitation into a community of ours; its code, which is kept nowhere.

    Raises:
        Invalid: it is for too many people, for too long, or one too many.
        NotFound, NotAllowed: the inviter may not know of the community, or not invite.
    """
    check_may_invite(tx, group, inviter, now)
    check_invitation(wanted.uses, wanted.days, wanted.signed)
    if open_count(tx, group.id, inviter.id, now) >= OPEN_MAX:
        raise Invalid(f"You have {OPEN_MAX} open invitations. Revoke one that you do not need.")
    code = new_name()
    made = Invitation(
        id=new_id(now),
        community_id=group.id,
        inviter_id=inviter.id,
        parent_id=came_by(tx, group.id, inviter.id),
        signed=" ".join(wanted.signed.split()),
        uses=wanted.uses,
        uses_left=wanted.uses,
        created_at=now,
        ends_at=now + wanted.days * DAY_S,
        revoked_at=None,
    )
    insert_invitation(tx, made, code)
    return code


def may_invite(
    tx: Tx, group: Actor, actor: Actor, now: int | None = None, *, to_others: bool = False
) -> bool:
    """Whether somebody makes links into a community: any member, or those who look after it;
    `to_others`, whether a link of theirs is good."""
    is_for_all = settings_of(tx, group.id).inviting == "members"
    return is_allowed(tx, Act.INVITE, group, actor, now, to_others=to_others) and (
        is_for_all or is_allowed(tx, Act.MODERATE, group, actor, now)
    )


def check_may_invite(tx: Tx, group: Actor, actor: Actor, now: int) -> None:
    """Raise unless somebody makes links into a community.

    Raises:
        NotFound: they may not know of it.
        NotAllowed: they may not invite.
    """
    check_known(tx, group, actor)
    if not may_invite(tx, group, actor, now):
        raise NotAllowed(NOT_TO_INVITE)


def open_offer(tx: Tx, code: str, now: int) -> Offer:
    """The open invitation with that code.

    Raises:
        NotFound: there is none, or it is open no more.
    """
    invitation = invitation_by_code(tx, code)
    if invitation is None or not invitation.is_open(now):
        raise NotFound(NOT_OPEN)
    return offer_of(tx, invitation, now)


def offer_of(tx: Tx, invitation: Invitation, now: int) -> Offer:
    """Where an invitation leads, and who invites.

    Raises:
        NotFound: the community is closed down, or the inviter may not invite into it any more.
    """
    inviter = actor_by_id(tx, invitation.inviter_id)
    try:
        group = our_community(tx, invitation.community_id)
    except NotFound:
        raise NotFound(NOT_OPEN) from None
    if inviter is None or not may_invite(tx, group, inviter, now, to_others=True):
        raise NotFound(NOT_OPEN)
    return Offer(invitation, group, inviter)


def where_it_led(tx: Tx, code: str, actor: Actor) -> Actor | None:
    """The community of an invitation, open or not, of which somebody is a member already."""
    invitation = invitation_by_code(tx, code)
    group = actor_by_id(tx, invitation.community_id) if invitation else None
    if group is None or who_is(tx, group.id, actor).role is Role.NOBODY:
        return None
    return group


def join_by_invitation(
    tx: Tx, code: str, actor: Actor, now: int, pledge: int | None = None
) -> Actor:
    """Let somebody of this node in who has the code, and agrees to the wording `pledge`; the
    community. A member stays one.

    Raises:
        Conflict: they agree to words that have changed meanwhile.
        NotFound: the invitation is not open.
        NotAllowed: they are shut out, or may join nothing.
    """
    known = where_it_led(tx, code, actor)
    if known is not None:
        return known
    offer = open_offer(tx, code, now)
    agree(tx, offer.group, actor, pledge, now)
    use(tx, offer, actor, now, None)
    return offer.group


def use(tx: Tx, offer: Offer, actor: Actor, now: int, ticket: str | None) -> None:
    """Use an invitation once for somebody who is no member. They are in; or, where organisers let
    people in and a plain member invites, they ask, and whoever invites vouches for them.

    Raises:
        NotFound: it is used up.
        NotAllowed: they are shut out, or may join nothing.
    """
    check_name(tx, actor, offer.group)
    place = place_of(tx, offer.group)
    who = replace(who_is(tx, offer.group.id, actor, now), is_invited=True)
    if who.is_banned:
        raise NotAllowed(SHUT_OUT)
    if place is None or not may(Act.JOIN, place, who):
        raise NotAllowed(NOT_TO_JOIN)
    if not take_use(tx, offer.invitation.id, now):
        raise NotFound(NOT_OPEN)
    put_use(tx, offer.invitation, actor.id, now, ticket)
    if is_let_in_at_once(place, who_is(tx, offer.group.id, offer.inviter).role):
        enter(tx, offer.group, actor, now)
        return
    ask(tx, offer.group, actor, answer="", iri=new_activity_iri(actor), now=now)
    vouch(tx, offer.group, actor, offer.inviter, now)


def enter(tx: Tx, group: Actor, actor: Actor, now: int) -> None:
    """Make somebody a member who came by an invitation; members follow what they are in."""
    held = follow_between(tx, actor.id, group.id)
    if held is None:
        iri = new_activity_iri(actor)
        put_follow(tx, Follow(new_id(now), actor.id, group.id, iri, "accepted", now))
    else:
        accept_stored(tx, held.id, now)
    put_member(tx, group.id, actor.id, Role.MEMBER, now, "invitation")
    waited = request_of(tx, group.id, actor.id)
    if waited is not None and settle_request(tx, waited.id, "accepted", now):
        forget_asking(tx, group, actor)


def come_in(tx: Tx, code: str, newcomer: Newcomer, fresh: SignedIn, now: int) -> Actor:
    """Make an account for somebody with an open invitation, let them in, and begin a session; the
    community. A form that is sent once more begins a session of the account that it made.

    Raises:
        NotFound: the invitation is not open, or the ticket was used long ago.
        Conflict: they agree to words that have changed meanwhile.
    """
    known = come_back(tx, newcomer.ticket, newcomer.device, fresh, now)
    if known is not None:
        return known
    if is_ticket_used(tx, newcomer.ticket):
        raise NotFound(NOT_OPEN)
    offer = open_offer(tx, code, now)
    account = new_account(tx, newcomer, now)
    actor = known_actor_of(tx, account)
    use(tx, offer, actor, now, newcomer.ticket)
    agree(tx, offer.group, actor, newcomer.pledge, now)
    begin_session(tx, account.id, newcomer.device, fresh, now)
    return offer.group


def come_back(tx: Tx, ticket: str, device: str, fresh: SignedIn, now: int) -> Actor | None:
    """Begin a session for whoever has come in with a ticket in the last hour, and did not hear of
    it; the community that they came into. None where nobody has."""
    found = entry_with_ticket(tx, ticket, now - TICKET_S)
    if found is None:
        return None
    begin_session(tx, found.account_id, device, fresh, now)
    return our_community(tx, found.community_id)


def new_account(tx: Tx, newcomer: Newcomer, now: int) -> Account:
    """An account with a name that nobody has, and no password yet.

    Raises:
        Conflict: by a rare chance no name was free.
    """
    for tail in range(TAIL_MIN, TAIL_MAX + 1):
        name = account_name(newcomer.shown_name, new_name()[:tail])
        try:
            return create_account(
                tx,
                origin=newcomer.origin,
                name=name,
                email=None,
                password_hash=None,
                role="member",
                keys=newcomer.keys,
                now=now,
                display_name=newcomer.shown_name,
            )
        except Conflict:
            continue
    raise Conflict("No name was free. Try once more.")


def known_actor_of(tx: Tx, account: Account) -> Actor:
    actor = actor_by_id(tx, account.actor_id)
    if actor is None:
        raise NotFound
    return actor


def begin_session(tx: Tx, account_id: int, device: str, fresh: SignedIn, now: int) -> None:
    add_session(tx, fresh.session, account_id, fresh.csrf, now, now + SESSION_S, device)
    remember_device(tx, "", fresh.device, account_id, now)


def revoke_invitation(tx: Tx, group: Actor, by: Actor, invitation_id: int, now: int) -> int:
    """Let an invitation be good no more, and all those that people made who came in by it, and so
    on; how many that changed. Who is in stays in.

    Raises:
        NotFound: there is none, or it is not for them to revoke.
    """
    check_known(tx, group, by)
    found = invitation_by_id(tx, invitation_id)
    if found is None or found.community_id != group.id:
        raise NotFound
    if found.inviter_id != by.id and not is_allowed(tx, Act.MODERATE, group, by):
        raise NotFound
    return revoke_with_all_below(tx, invitation_id, now)
