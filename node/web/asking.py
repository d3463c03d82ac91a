"""Asking to join a community, and what became of it; agreeing to what its members agree to."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.actions import ask_to_join, check_may_ask
from node.topics.admissions.pledges import Pledge, agree, current_pledge
from node.topics.communities.join_requests import JoinRequest, request_of, requests_by
from node.topics.communities.lookup import known_local
from node.topics.communities.store import Community, community_by_actor
from node.topics.members.asking import ask, take_back
from node.web.render import page

ASKINGS_MAX = 50


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody has asked of a community, and its question."""

    request: JoinRequest
    group: Actor
    community: Community


@dataclass(frozen=True, slots=True)
class Entry:
    """A community that somebody would join: its question, and what its members agree to."""

    group: Actor
    community: Community
    pledge: Pledge | None


def read_entry(tx: Tx, name: str, person: Person, now: int) -> Entry:
    """A community that somebody may ask to join.

    Raises:
        NotFound, NotAllowed: there is none that they know of, or they may not ask.
    """
    group = known_local(tx, "communities", name, person.actor)
    check_may_ask(tx, group, person.actor, now)
    community = community_by_actor(tx, group.id)
    if community is None:
        raise NotFound
    return Entry(group, community, current_pledge(tx, group.id))


async def get_join(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/join`: its question, and what its members agree to."""
    return await join_page(request, signed_in(request), "", "")


async def join_page(
    request: web.Request, person: Person, answer: str, wrong: str
) -> web.StreamResponse:
    services = request.app[SERVICES]
    entry = await services.db.read(
        read_entry, request.match_info["name"], person, services.clock.now()
    )
    status = Invalid.status if wrong else 200
    return page(request, "admissions/ask.html", status, entry=entry, answer=answer, wrong=wrong)


async def post_join(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/join`: ask, or be in at once where nobody is asked."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    try:
        is_in = await services.db.write(do_ask, name, person, params, services.clock.now())
    except (Invalid, Conflict, NotAllowed) as problem:
        return await asked_wrong(request, person, params, problem)
    return see_other(f"/communities/{name}/welcome" if is_in else "/askings")


async def asked_wrong(
    request: web.Request, person: Person, params: Params, problem: Problem
) -> web.StreamResponse:
    return await join_page(request, person, params.text("answer"), problem.sentence)


def do_ask(tx: Tx, name: str, person: Person, params: Params, now: int) -> bool:
    entry, me = read_entry(tx, name, person, now), person.actor
    agree(tx, entry.group, me, params.number("pledge"), now)
    answer, iri = params.text("answer"), new_activity_iri(me)
    return ask_to_join(tx, entry.group, me, answer=answer, iri=iri, now=now)


async def get_askings(request: web.Request) -> web.StreamResponse:
    """`/askings`: what one has asked to join, and what became of it."""
    person = signed_in(request)
    found = await request.app[SERVICES].db.read(read_askings, person.actor)
    return page(request, "admissions/askings.html", askings=found)


def read_askings(tx: Tx, me: Actor) -> list[Asking]:
    found = []
    for request in requests_by(tx, me.id, ASKINGS_MAX):
        group = actor_by_id(tx, request.community_id)
        community = community_by_actor(tx, request.community_id)
        if group is not None and community is not None:
            found.append(Asking(request, group, community))
    return found


async def post_answer(request: web.Request) -> web.StreamResponse:
    """`/askings/answer`: answer the question, or answer it better."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(do_answer, person.actor, params, services.clock.now())
    return see_other("/askings")


def do_answer(tx: Tx, me: Actor, params: Params, now: int) -> None:
    group, request = own_asking(tx, me, params)
    ask(tx, group, me, answer=params.text("answer"), iri=request.iri, now=now)


async def post_back(request: web.Request) -> web.StreamResponse:
    """`/askings/back`: ask no more."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(do_take_back, person.actor, params, services.clock.now())
    return see_other("/askings")


def do_take_back(tx: Tx, me: Actor, params: Params, now: int) -> None:
    group, _ = own_asking(tx, me, params)
    take_back(tx, group, me, now)


def own_asking(tx: Tx, me: Actor, params: Params) -> tuple[Actor, JoinRequest]:
    """What a form names that one waits for.

    Raises:
        NotFound: one does not.
    """
    group = actor_by_id(tx, id_of(params.text("community")) or 0)
    request = request_of(tx, group.id, me.id) if group else None
    if group is None or request is None or not request.waits:
        raise NotFound
    return group, request


async def post_pledge(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/pledge`: agree to what members agree to."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await services.db.write(
        do_agree, name, person.actor, params.number("pledge"), services.clock.now()
    )
    return see_other(f"/communities/{name}")


def do_agree(tx: Tx, name: str, me: Actor, version: int | None, now: int) -> None:
    agree(tx, known_local(tx, "communities", name, me), me, version, now)
