"""The button under a poll."""

from aiohttp import web

from node.base.errors import NotFound
from node.http.csrf import form_of
from node.http.params import id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.topics.polls.actions import vote


async def post_vote(request: web.Request) -> web.StreamResponse:
    """`/vote`: choose in a poll, and go back to where it was chosen."""
    person, params = await form_of(request)
    post_id = id_of(params.text("post"))
    if post_id is None:
        raise NotFound
    services = request.app[SERVICES]
    choices = params.numbers("choice")
    await services.db.write(vote, person.actor, post_id, choices, services.clock.now())
    services.wake_sender()
    return see_other(f"{params.text('next', '/')}#p{post_id}")
