"""Who waits is let in or told why not; how people come in is changed; members vouch."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES, Services
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.actions import NOT_TO_DECIDE, let_in, refuse
from node.topics.admissions.pledges import (
    Agreed,
    Pledge,
    agreed_count,
    change_pledge,
    current_pledge,
)
from node.topics.admissions.settings import AdmissionSettings, change_settings, settings_of
from node.topics.admissions.vouches import NOT_TO_VOUCH, vouch, vouchers
from node.topics.communities.join_requests import JoinRequest, waiting_in
from node.topics.communities.lookup import known_by_handle, known_local
from node.topics.communities.permissions import check_allowed
from node.topics.communities.store import Community, community_by_actor, put_question
from node.topics.members.new_nodes import (
    Agreement,
    NodeFacts,
    is_new_node,
    node_facts,
    put_node_said,
)
from node.topics.members.rules import what_it_can
from node.topics.permissions.rules import Act
from node.web.render import page

LISTED = 40
NEXT_STEPS = (
    "You can ask again after a week.",
    "Ask a member whom you know for an invitation.",
    "Another community may be the better one for you; look at Find.",
)
QUESTION_CHARACTERS_MAX = 500
YOU_AGREE = "You agree. Another organiser has to agree as well."
THINK_FIRST = "Tick that you have thought about it first."


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits, which members vouch for them, and what is known of a node whose first
    member they would be."""

    request: JoinRequest
    person: Actor
    vouchers: list[Actor]
    facts: NodeFacts | None


@dataclass(frozen=True, slots=True)
class ComingIn:
    """How people come into a community, as its organisers see it."""

    group: Actor
    community: Community
    settings: AdmissionSettings
    pledge: Pledge | None
    agreed: Agreed


def organised_by(tx: Tx, name: str, person: Person, now: int) -> Actor:
    """A community that somebody organises.

    Raises:
        NotFound, NotAllowed: they do not, or know of none.
    """
    group = known_local(tx, "communities", name, person.actor)
    check_allowed(tx, Act.ORGANISE, group, person.actor, now, sentence=NOT_TO_DECIDE)
    return group


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
    group = organised_by(tx, name, person, now)
    return group, [
        Waiting(asked, actor, vouchers(tx, group.id, actor.id), facts_of(tx, group, actor))
        for asked, actor in waiting_in(tx, group.id, LISTED, after)
    ]


def facts_of(tx: Tx, group: Actor, person: Actor) -> NodeFacts | None:
    """What is known of the node of somebody who would be its first member; None for others."""
    return node_facts(tx, person.host) if is_new_node(tx, group, person) else None


async def post_waiting(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/waiting`: let somebody in, or say no and why."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await look_at_node(services, params)
    try:
        agreed = await services.db.write(decide, name, person, params, services.clock.now())
    except Invalid as problem:
        return await waiting_page(request, person, wrong=problem.sentence)
    services.wake_sender()
    if agreed is Agreement.NEEDS_CONFIRMING:
        return await waiting_page(request, person, wrong=THINK_FIRST)
    is_half_way = agreed is Agreement.NEEDS_SECOND
    return see_other(f"/communities/{name}/waiting{'?agreed=yes' if is_half_way else ''}")


async def look_at_node(services: Services, params: Params) -> None:
    """Have the node of somebody who would be its first member asked what it is."""
    asking = await services.db.read(actor_by_id, params.number("person") or 0)
    if asking is None or asking.local or params.text("decision") != "in":
        return
    said = await services.resolver.read_node(asking.iri)
    if said is not None:
        await services.db.write(put_node_said, asking.host, said, services.clock.now())


def decide(tx: Tx, name: str, person: Person, params: Params, now: int) -> Agreement:
    group = organised_by(tx, name, person, now)
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
        vouching_in, request.match_info["name"], person, services.clock.now()
    )
    said = "said" in request.query
    return page(request, "admissions/vouch.html", group=group, said=said, wrong="")


def vouching_in(tx: Tx, name: str, person: Person, now: int) -> Actor:
    group = known_local(tx, "communities", name, person.actor)
    check_allowed(tx, Act.INVITE, group, person.actor, now, sentence=NOT_TO_VOUCH)
    return group


async def post_vouch(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/vouch`: the answer is the same whether or not they ask to join."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await services.db.write(do_vouch, name, person, params.text("who"), services.clock.now())
    services.wake_sender()
    return see_other(f"/communities/{name}/vouch?said=yes")


def do_vouch(tx: Tx, name: str, person: Person, typed: str, now: int) -> None:
    group, me = vouching_in(tx, name, person, now), person.actor
    found = known_by_handle(tx, typed.strip().removeprefix("@"), me.host, me)
    if found is not None and not found.is_group and found.id != me.id:
        vouch(tx, group, found, me, now)


async def get_coming_in(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/coming-in`: the question, the pledge, who invites, the cards."""
    return await coming_in_page(request, signed_in(request), "")


async def coming_in_page(request: web.Request, person: Person, wrong: str) -> web.StreamResponse:
    services = request.app[SERVICES]
    found = await services.db.read(
        read_coming_in, request.match_info["name"], person, services.clock.now()
    )
    status = Invalid.status if wrong else 200
    return page(request, "admissions/coming_in.html", status, found=found, wrong=wrong)


def read_coming_in(tx: Tx, name: str, person: Person, now: int) -> ComingIn:
    group = organised_by(tx, name, person, now)
    community = community_by_actor(tx, group.id)
    if community is None:
        raise NotFound
    return ComingIn(
        group,
        community,
        settings_of(tx, group.id),
        current_pledge(tx, group.id),
        agreed_count(tx, group.id),
    )


async def post_coming_in(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/coming-in`"""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    try:
        await services.db.write(change_coming_in, name, person, params, services.clock.now())
    except Invalid as problem:
        return await coming_in_page(request, person, problem.sentence)
    return see_other(f"/communities/{name}")


def change_coming_in(tx: Tx, name: str, person: Person, params: Params, now: int) -> None:
    group, me = organised_by(tx, name, person, now), person.actor
    cards = [*params.texts("card"), "", "", ""]
    wanted = AdmissionSettings(
        inviting=params.text("inviting"),
        vouches_needed=params.number("vouches") or 0,
        cards=(cards[0].strip(), cards[1].strip(), cards[2].strip()),
    )
    question = params.text("question").strip()
    if len(question) > QUESTION_CHARACTERS_MAX:
        raise Invalid(f"A question has at most {QUESTION_CHARACTERS_MAX} characters.")
    put_question(tx, group.id, question)
    change_settings(tx, group, me, wanted, now)
    change_pledge(tx, group, me, params.text("pledge"), now)
