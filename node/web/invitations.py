"""Coming in by an invitation: what a stranger sees, and the steps from the link to the inside.

The page of a stranger, its title and its preview say that it is an invitation, and nothing of the
community before they choose to come in: the link travels through family chats (T74).
"""

import asyncio
from dataclasses import dataclass

from aiohttp import hdrs, web

from federation.signatures import make_keys
from node.base.errors import Conflict, Invalid, NotFound
from node.base.ids import new_token
from node.db.tx import Tx
from node.http.csrf import check_own_visitor, form_of
from node.http.params import Params, read_params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import PERSON
from node.topics.accounts import devices
from node.topics.accounts.sign_in import COOKIE, SESSION_S, SignedIn
from node.topics.actors.store import Actor
from node.topics.admissions.invitation_store import entry_with_ticket, who_looks_after
from node.topics.admissions.invitations import (
    TICKET_S,
    Newcomer,
    come_back,
    come_in,
    join_by_invitation,
    open_offer,
    where_it_led,
)
from node.topics.admissions.pledges import Pledge, current_pledge
from node.topics.admissions.rules import shown_name
from node.topics.communities.permissions import is_known_to, place_of
from node.topics.communities.store import Community, community_by_actor
from node.web.accounts import put_cookie
from node.web.render import page, page_of

TICKET = "hedgerow_ticket"
TICKET_CHARACTERS_MAX = 200
UNDER = "/invitation"
WHO_READS = {
    "public": "Everybody can read what is said there, also people outside.",
    "closed": "Members alone read what is said there.",
    "node": "The people of this place read what is said there, and nobody outside.",
    "hidden": "Members alone read what is said there, and nobody else knows that it is there.",
}


@dataclass(frozen=True, slots=True)
class Inside:
    """Where an invitation leads, as whoever chose to come in is shown it; `is_known`: they may know
    of it without the link too, and so see its picture (D06)."""

    group: Actor
    inviter: Actor
    who_reads: str
    looking_after: tuple[Actor, ...]
    community: Community
    pledge: Pledge | None
    is_known: bool


def read_inside(tx: Tx, code: str, now: int, reader: Actor | None = None) -> Inside:
    """Where an open invitation leads.

    Raises:
        NotFound: it is not open.
    """
    offer = open_offer(tx, code, now)
    community = community_by_actor(tx, offer.group.id)
    place = place_of(tx, offer.group)
    if community is None or place is None:
        raise NotFound
    looking_after = tuple(who_looks_after(tx, offer.group.id))
    pledge = current_pledge(tx, offer.group.id)
    reads = WHO_READS[place.door]
    is_known = is_known_to(tx, offer.group, reader)
    return Inside(offer.group, offer.inviter, reads, looking_after, community, pledge, is_known)


def code_of(request: web.Request) -> str:
    return request.match_info["code"]


async def get_invitation(request: web.Request) -> web.StreamResponse:
    """`/invitation/CODE`: for a stranger, an invitation; for one of ours, a button that joins."""
    services, person = request.app[SERVICES], request.get(PERSON)
    now = services.clock.now()
    try:
        if person is None:
            signed = await services.db.read(read_signed, code_of(request), ticket_of(request), now)
            return page(request, "admissions/invitation.html", code=code_of(request), signed=signed)
        known = await services.db.read(where_it_led, code_of(request), person.actor)
        if known is not None:
            return see_other(page_of(known))
        inside = await services.db.read(read_inside, code_of(request), now, person.actor)
    except NotFound:
        return not_open(request)
    return page(request, "admissions/join.html", inside=inside, code=code_of(request))


def read_signed(tx: Tx, code: str, ticket: str, now: int) -> str:
    """What stands under an invitation: it is open, or whoever asks came in by it just now.

    Raises:
        NotFound: it is not open.
    """
    if entry_with_ticket(tx, ticket, now - TICKET_S) is not None:
        return ""
    return open_offer(tx, code, now).invitation.signed


def not_open(request: web.Request) -> web.Response:
    """The one page of every invitation that is not open, whatever the reason."""
    return page(request, "admissions/not_open.html", NotFound.status, code=code_of(request))


async def post_join(request: web.Request) -> web.StreamResponse:
    """`/invitation/CODE/join`: the button that joins."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    try:
        group = await services.db.write(
            join_by_invitation,
            code_of(request),
            person.actor,
            services.clock.now(),
            params.number("pledge"),
        )
    except Conflict:
        return see_other(f"{UNDER}/{code_of(request)}")
    except NotFound:
        return not_open(request)
    services.wake_sender()
    return see_other(f"/communities/{group.name}/welcome")


async def post_come_in(request: web.Request) -> web.StreamResponse:
    """`/invitation/CODE`: the button of a stranger; from here on the community is named."""
    await read_params(request)
    check_own_visitor(request)
    services, ticket = request.app[SERVICES], ticket_of(request)
    if request.get(PERSON) is not None:
        return see_other(f"{UNDER}/{code_of(request)}")
    again = await led_back_in(request, ticket)
    if again is not None:
        return again
    try:
        await services.db.read(open_offer, code_of(request), services.clock.now())
    except NotFound:
        return not_open(request)
    reply = see_other(f"{UNDER}/{code_of(request)}/name")
    if not ticket:
        put_cookie(request, reply, TICKET, new_token(), TICKET_S, path=UNDER)
    return reply


async def led_back_in(request: web.Request, ticket: str) -> web.Response | None:
    """Lead inside whoever came in with a ticket just now and did not hear of it; None for others.

    The line was cut, or the button was pressed twice: that makes no second account.
    """
    services, fresh = request.app[SERVICES], SignedIn(new_token(), new_token())
    if not ticket:
        return None
    group = await services.db.write(
        come_back, ticket, device_of(request), fresh, services.clock.now()
    )
    return led_in(request, group, fresh) if group is not None else None


def led_in(request: web.Request, group: Actor, fresh: SignedIn) -> web.Response:
    reply = see_other(f"/communities/{group.name}/welcome")
    put_cookie(request, reply, COOKIE, fresh.session, SESSION_S)
    put_cookie(request, reply, devices.COOKIE, fresh.device, devices.KNOWN_S, path="/sign-in")
    reply.del_cookie(TICKET, path=UNDER)
    return reply


def device_of(request: web.Request) -> str:
    return devices.device_words(request.headers.get(hdrs.USER_AGENT, ""))


def ticket_of(request: web.Request) -> str:
    """What the browser of somebody who is coming in has in hand; empty where it has nothing."""
    ticket = request.cookies.get(TICKET, "")
    return ticket if len(ticket) <= TICKET_CHARACTERS_MAX else ""


async def get_name(request: web.Request) -> web.StreamResponse:
    """`/invitation/CODE/name`: where it leads, and what one would like to be called."""
    if request.get(PERSON) is not None or not ticket_of(request):
        return see_other(f"{UNDER}/{code_of(request)}")
    try:
        return await name_page(request, "", "")
    except NotFound:
        return not_open(request)


async def name_page(request: web.Request, name: str, wrong: str) -> web.Response:
    services = request.app[SERVICES]
    inside = await services.db.read(read_inside, code_of(request), services.clock.now())
    return page(
        request,
        "admissions/name.html",
        Invalid.status if wrong else 200,
        inside=inside,
        code=code_of(request),
        name=name,
        wrong=wrong,
        minimum_age=services.config.node.minimum_age,
    )


async def post_name(request: web.Request) -> web.StreamResponse:
    """`/invitation/CODE/name`: the name that was typed; with it the newcomer is in."""
    params = await read_params(request)
    check_own_visitor(request)
    if request.get(PERSON) is not None or not ticket_of(request):
        return see_other(f"{UNDER}/{code_of(request)}")
    try:
        return await enter(request, params)
    except Invalid as problem:
        return await name_page(request, params.text("name"), problem.sentence)
    except NotFound:
        return not_open(request)


async def enter(request: web.Request, params: Params) -> web.Response:
    """Make the account and its session, and lead inside; sent once more, to the same account.
    Where members agree to something, it is put to them first.

    Raises:
        Invalid: the name is none.
        NotFound: the invitation is not open.
    """
    services, code, ticket = request.app[SERVICES], code_of(request), ticket_of(request)
    again = await led_back_in(request, ticket)
    if again is not None:
        return again
    name, pledge = shown_name(params.text("name")), params.number("pledge")
    inside = await services.db.read(read_inside, code, services.clock.now())
    if inside.pledge is not None and pledge != inside.pledge.version:
        return page(request, "admissions/pledge.html", inside=inside, code=code, name=name)
    fresh = SignedIn(new_token(), new_token())
    newcomer = Newcomer(
        origin=services.config.node.url,
        shown_name=name,
        ticket=ticket,
        device=device_of(request),
        keys=await asyncio.to_thread(make_keys),
        pledge=pledge,
    )
    group = await services.db.write(come_in, code, newcomer, fresh, services.clock.now())
    services.wake_sender()
    return led_in(request, group, fresh)
