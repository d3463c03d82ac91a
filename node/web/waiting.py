"""Who waits is let in or told why not; how people come in is changed; members vouch."""

from aiohttp import web

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.look_at_node import look_at_node
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.actions import let_in, refuse
from node.topics.admissions.organised import (
    Waiting,
    change_coming_in,
    coming_in,
    organised_by,
    vouch_for_handle,
    vouching_in,
    who_waits,
)
from node.topics.admissions.settings import AdmissionSettings
from node.topics.members.new_nodes import Agreement
from node.topics.members.rules import what_it_can
from node.web.render import page

LISTED = 40
NEXT_STEPS = (
    "You can ask again after a week.",
    "Ask a member whom you know for an invitation.",
    "Another community may be the better one for you; look at Find.",
)
YOU_AGREE = "You agree. Another organiser has to agree as well."
THINK_FIRST = "Tick that you have thought about it first."


async def get_waiting(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/waiting`"""
    said = YOU_AGREE if "agreed" in request.query else ""
    return await waiting_page(request, signed_in(request), said=said)


async def waiting_page(
    request: web.Request, person: Person, *, wrong: str = "", said: str = ""
) -> web.StreamResponse:
    services, after = request.app[SERVICES], id_of(request.query.get("after", "")) or 0
    group, found = await services.db.read(
        read_waiting, request.match_info["name"], person, after, services.clock.now()
    )
    return page(
        request,
        "admissions/waiting.html",
        Invalid.status if wrong else 200,
        group=group,
        waiting=found,
        wrong=wrong,
        said=said,
        next_steps=NEXT_STEPS,
        what_it_can=what_it_can,
        more=found[-1].request.id if len(found) == LISTED else None,
    )


def read_waiting(
    tx: Tx, name: str, person: Person, after: int, now: int
) -> tuple[Actor, list[Waiting]]:
    group = organised_by(tx, person.actor, name, now)
    return group, who_waits(tx, group, LISTED, after)


async def post_waiting(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/waiting`: let somebody in, or say no and why."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    if params.text("decision") == "in":
        await look_at_node(services, params.number("person"))
    try:
        agreed = await services.db.write(decide, name, person, params, services.clock.now())
    except Invalid as problem:
        return await waiting_page(request, person, wrong=problem.sentence)
    services.wake_sender()
    if agreed is Agreement.NEEDS_CONFIRMING:
        return await waiting_page(request, person, wrong=THINK_FIRST)
    is_half_way = agreed is Agreement.NEEDS_SECOND
    return see_other(f"/communities/{name}/waiting{'?agreed=yes' if is_half_way else ''}")


def decide(tx: Tx, name: str, person: Person, params: Params, now: int) -> Agreement:
    group = organised_by(tx, person.actor, name, now)
    asking = actor_by_id(tx, params.number("person") or 0)
    if asking is None:
        raise NotFound
    if params.text("decision") == "in":
        is_confirmed = params.flag("confirm")
        return let_in(tx, group, asking, person.actor, now, is_confirmed=is_confirmed)
    step, reason = params.number("next"), params.text("reason").strip()
    if reason and step is not None and step < len(NEXT_STEPS):
        reason = f"{reason}\n{NEXT_STEPS[step]}"
    refuse(tx, group, asking, person.actor, reason, now)
    return Agreement.AGREED


async def get_vouch(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/vouch`: name somebody whom one knows."""
    person, services = signed_in(request), request.app[SERVICES]
    group = await services.db.read(
        vouching_in, person.actor, request.match_info["name"], services.clock.now()
    )
    said = "said" in request.query
    return page(request, "admissions/vouch.html", group=group, said=said, wrong="")


async def post_vouch(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/vouch`: the answer is the same whether or not they ask to join."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await services.db.write(
        vouch_for_handle, person.actor, name, params.text("who"), services.clock.now()
    )
    services.wake_sender()
    return see_other(f"/communities/{name}/vouch?said=yes")


async def get_coming_in(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/coming-in`: the question, the pledge, who invites, the cards."""
    return await coming_in_page(request, signed_in(request), "")


async def coming_in_page(request: web.Request, person: Person, wrong: str) -> web.StreamResponse:
    services = request.app[SERVICES]
    found = await services.db.read(
        coming_in, person.actor, request.match_info["name"], services.clock.now()
    )
    status = Invalid.status if wrong else 200
    return page(request, "admissions/coming_in.html", status, found=found, wrong=wrong)


async def post_coming_in(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/coming-in`"""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    try:
        await services.db.write(do_change, name, person.actor, params, services.clock.now())
    except Invalid as problem:
        return await coming_in_page(request, person, problem.sentence)
    return see_other(f"/communities/{name}")


def do_change(tx: Tx, name: str, me: Actor, params: Params, now: int) -> None:
    group = organised_by(tx, me, name, now)
    cards = [*params.texts("card"), "", "", ""]
    wanted = AdmissionSettings(
        inviting=params.text("inviting"),
        vouches_needed=params.number("vouches") or 0,
        cards=(cards[0].strip(), cards[1].strip(), cards[2].strip()),
    )
    change_coming_in(tx, me, group, params.text("question"), wanted, params.text("pledge"), now)
