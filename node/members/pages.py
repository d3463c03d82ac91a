"""The buttons that follow and join, and that answer those who ask."""

from collections.abc import Callable

from aiohttp import web

from node.accounts.store import Person
from node.actors.store import Actor, actor_by_id
from node.api.params import id_of
from node.db.tx import Tx
from node.errors import NotFound
from node.members.api import do_accept, do_follow, do_reject, do_unfollow
from node.members.store import follow_requests
from node.shell import SHELL
from node.web.render import page, page_of, see_other
from node.web.session import form_of, signed_in

Doing = Callable[[Tx, Person, Actor, int], None]
REQUESTS_MAX = 80


async def press(request: web.Request, doing: Doing) -> web.StreamResponse:
    """Do something about the actor that the form names, and go back."""
    person, params = await form_of(request)
    shell, other_id = request.app[SHELL], id_of(params.text("actor"))
    other = await shell.db.write(change, person, other_id, doing, shell.clock.now())
    shell.wake_sender()
    return see_other(params.text("next") or page_of(other))


def change(tx: Tx, person: Person, other_id: int | None, doing: Doing, now: int) -> Actor:
    other = actor_by_id(tx, other_id) if other_id is not None else None
    if other is None:
        raise NotFound
    doing(tx, person, other, now)
    return other


async def post_follow(request: web.Request) -> web.StreamResponse:
    """`/follow`: a community is joined by it."""
    return await press(request, do_follow)


async def post_unfollow(request: web.Request) -> web.StreamResponse:
    """`/unfollow`: a community is left by it."""
    return await press(request, do_unfollow)


async def post_accept(request: web.Request) -> web.StreamResponse:
    """`/requests/accept`"""
    return await press(request, do_accept)


async def post_decline(request: web.Request) -> web.StreamResponse:
    """`/requests/decline`"""
    return await press(request, do_reject)


async def get_requests(request: web.Request) -> web.StreamResponse:
    """`/requests`: who has asked to follow."""
    person = signed_in(request)
    found = await request.app[SHELL].db.read(follow_requests, person.actor.id, REQUESTS_MAX)
    return page(request, "requests.html", asking=[actor for _, actor in found])
