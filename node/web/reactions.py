"""The buttons under a post: like it, pass it on, and take that back."""

from collections.abc import Callable

from aiohttp import web

from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import id_of
from node.http.problems import Handler
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.topics.actors.store import Actor

Doing = Callable[[Tx, Actor, int, int], object]


def press(doing: Doing) -> Handler:
    """What does something with the post that the form names, and goes back to where it was."""

    async def handle(request: web.Request) -> web.StreamResponse:
        person, params = await form_of(request)
        post_id = id_of(params.text("post"))
        if post_id is None:
            raise NotFound
        services = request.app[SERVICES]
        await services.db.write(doing, person.actor, post_id, services.clock.now())
        services.wake_sender()
        return see_other(f"{params.text('next', '/')}#p{post_id}")

    return handle
