"""Asking to join a community, and what became of it; agreeing to what its members agree to."""

from aiohttp import web

from node.base.errors import Conflict, Invalid, NotAllowed, Problem
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.admissions.askings import ask_at, askings_of, entry_into, own_asking
from node.topics.admissions.pledges import agree
from node.topics.communities.lookup import known_local
from node.topics.members.asking import ask, take_back
from node.web.render import page


async def get_join(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/join`: its question, and what its members agree to."""
    return await join_page(request, signed_in(request), "", "")


async def join_page(
    request: web.Request, person: Person, answer: str, wrong: str
) -> web.StreamResponse:
    services = request.app[SERVICES]
    entry = await services.db.read(
        entry_into, person.actor, request.match_info["name"], services.clock.now()
    )
    status = Invalid.status if wrong else 200
    return page(request, "admissions/ask.html", status, entry=entry, answer=answer, wrong=wrong)


async def post_join(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/join`: ask, or be in at once where nobody is asked."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    try:
        is_in = await services.db.write(
            ask_at,
            person.actor,
            name,
            params.text("answer"),
            params.number("pledge"),
            services.clock.now(),
        )
    except (Invalid, Conflict, NotAllowed) as problem:
        return await asked_wrong(request, person, params, problem)
    return see_other(f"/communities/{name}/welcome" if is_in else "/askings")


async def asked_wrong(
    request: web.Request, person: Person, params: Params, problem: Problem
) -> web.StreamResponse:
    return await join_page(request, person, params.text("answer"), problem.sentence)


async def get_askings(request: web.Request) -> web.StreamResponse:
    """`/askings`: what one has asked to join, and what became of it."""
    person = signed_in(request)
    found = await request.app[SERVICES].db.read(askings_of, person.actor)
    return page(request, "admissions/askings.html", askings=found)


async def post_answer(request: web.Request) -> web.StreamResponse:
    """`/askings/answer`: answer the question, or answer it better."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(do_answer, person.actor, params, services.clock.now())
    return see_other("/askings")


def do_answer(tx: Tx, me: Actor, params: Params, now: int) -> None:
    group, request = own_asking(tx, me, params.number("community"))
    ask(tx, group, me, answer=params.text("answer"), iri=request.iri, now=now)


async def post_back(request: web.Request) -> web.StreamResponse:
    """`/askings/back`: ask no more."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(do_take_back, person.actor, params, services.clock.now())
    return see_other("/askings")


def do_take_back(tx: Tx, me: Actor, params: Params, now: int) -> None:
    group, _ = own_asking(tx, me, params.number("community"))
    take_back(tx, group, me, now)


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
