"""The page on which people say where they come from, and that they go elsewhere."""

from aiohttp import web

from node.base.errors import Invalid, NotFound, Problem
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.moved import new_homes
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_id
from node.topics.members.move import (
    OldAddress,
    add_alias,
    drop_alias,
    move_away,
    old_addresses,
    take_back_move,
)
from node.web.own_password import check_is_oneself, has_password
from node.web.render import page

HERE = "/settings/moving"
NOBODY_THERE = "Nobody is to be found at that address. Look whether it is written right."


async def get_moving(request: web.Request) -> web.StreamResponse:
    """`/settings/moving`"""
    return await moving_page(request, signed_in(request))


async def moving_page(
    request: web.Request, person: Person, problem: Problem | None = None, **typed: str
) -> web.StreamResponse:
    """The page; where something is wrong it says so, and what was typed stays."""
    old, home = await request.app[SERVICES].db.read(read_moving, person.actor)
    return page(
        request,
        "members/moving.html",
        int(problem.status) if problem else 200,
        wrong=problem.sentence if problem else "",
        old=old,
        home=home,
        typed_old=typed.get("old", ""),
        typed_new=typed.get("new", ""),
        has_password=await has_password(request, person),
    )


def read_moving(tx: Tx, me: Actor) -> tuple[list[OldAddress], Actor | None]:
    return old_addresses(tx, me), new_homes(tx, [me]).get(me.id)


async def post_add(request: web.Request) -> web.StreamResponse:
    """`/settings/moving/add`"""
    person, params = await form_of(request)
    services, address = request.app[SERVICES], address_in(params)
    found = await services.resolver.resolve(address)
    try:
        await services.db.write(add_found, person.actor, found.actor_id, services.clock.now())
    except Problem as problem:
        return await moving_page(request, person, problem, old=address)
    services.wake_sender()
    return see_other(HERE)


async def post_drop(request: web.Request) -> web.StreamResponse:
    """`/settings/moving/drop`"""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(drop_alias, person.actor, params.text("iri"), services.clock.now())
    services.wake_sender()
    return see_other(HERE)


async def post_away(request: web.Request) -> web.StreamResponse:
    """`/settings/moving/away`: the password is asked for, and the new address is read anew."""
    person, params = await form_of(request)
    services, address = request.app[SERVICES], address_in(params)
    try:
        await check_is_oneself(request, person, params)
        found = await services.resolver.read_anew(address)
        await services.db.write(move_to_found, person.actor, found.actor_id, services.clock.now())
    except Problem as problem:
        return await moving_page(request, person, problem, new=address)
    services.wake_sender()
    return see_other(HERE)


async def post_back(request: web.Request) -> web.StreamResponse:
    """`/settings/moving/back`"""
    person, _ = await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(take_back_move, person.actor, services.clock.now())
    services.wake_sender()
    return see_other(HERE)


def address_in(params: Params) -> str:
    return params.text("address").strip()


def found_person(tx: Tx, me: Actor, actor_id: int | None) -> Actor:
    """Who was found, as far as `me` may know of them.

    Raises:
        Invalid: nobody.
    """
    try:
        return known_by_id(tx, actor_id, me)
    except NotFound:
        raise Invalid(NOBODY_THERE) from None


def add_found(tx: Tx, me: Actor, actor_id: int | None, now: int) -> None:
    add_alias(tx, me, found_person(tx, me, actor_id), now)


def move_to_found(tx: Tx, me: Actor, actor_id: int | None, now: int) -> None:
    move_away(tx, me, found_person(tx, me, actor_id), now)
