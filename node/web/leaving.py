"""Leaving a community, with what becomes of one's posts."""

from aiohttp import web

from node.base.errors import Invalid, NotAllowed, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_id
from node.topics.portability.leave_community import CHOICES, leave_community
from node.web.render import page


async def get_leave(request: web.Request) -> web.StreamResponse:
    """`/leave/ID`: the three ways."""
    person = signed_in(request)
    group = await request.app[SERVICES].db.read(community_of, request, person)
    return page(request, "portability/leave.html", group=group, wrong="")


def community_of(tx: Tx, request: web.Request, person: Person) -> Actor:
    """The community that an address names, as far as somebody may know of it.

    Raises:
        NotFound: there is none, or not for them.
    """
    group = known_by_id(tx, int(request.match_info["id"]), person.actor)
    if not group.is_group:
        raise NotFound
    return group


async def post_leave(request: web.Request) -> web.StreamResponse:
    """The form of `/leave/ID`."""
    person, params = await form_of(request)
    services, choice = request.app[SERVICES], CHOICES.get(params.text("posts"), "keep")
    group = await services.db.read(community_of, request, person)
    try:
        await services.db.write(leave_community, person.actor, group, choice, services.clock.now())
    except (Invalid, NotAllowed) as problem:
        wrong = problem.sentence
        return page(request, "portability/leave.html", problem.status, group=group, wrong=wrong)
    services.wake_sender()
    return see_other("/deleted" if choice == "remove" else "/")
