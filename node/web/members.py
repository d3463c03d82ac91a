"""The buttons that follow and join, and that answer those who ask."""

from collections.abc import Callable

from aiohttp import web

from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import id_of
from node.http.problems import Handler
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_id
from node.topics.members.store import follow_requests
from node.web.render import page, page_of

Doing = Callable[[Tx, Actor, Actor, int], None]
REQUESTS_MAX = 80


def press(doing: Doing) -> Handler:
    """What does something about the actor that the form names, and goes back."""

    async def handle(request: web.Request) -> web.StreamResponse:
        person, params = await form_of(request)
        services, other_id = request.app[SERVICES], id_of(params.text("actor"))
        other = await services.db.write(change, person, other_id, doing, services.clock.now())
        services.wake_sender()
        return see_other(params.text("next") or page_of(other))

    return handle


def change(tx: Tx, person: Person, other_id: int | None, doing: Doing, now: int) -> Actor:
    other = known_by_id(tx, other_id, person.actor)
    doing(tx, person.actor, other, now)
    return other


async def get_requests(request: web.Request) -> web.StreamResponse:
    """`/requests`: who has asked to follow."""
    person = signed_in(request)
    found = await request.app[SERVICES].db.read(follow_requests, person.actor.id, REQUESTS_MAX)
    return page(request, "members/requests.html", asking=[actor for _, actor in found])
