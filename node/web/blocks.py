"""Blocking and muting on pages: what each does, and lists with a way back."""

from collections.abc import Callable

from aiohttp import web

from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import id_of
from node.http.problems import Handler
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.blocks.store import Aside, asides, blocked_by, muted_by
from node.topics.communities.lookup import known_by_id
from node.topics.members.mutes import mute, mute_of
from node.web.render import page, page_of

LISTED = 40
MUTE_TIMES = {0: "For good", 86_400: "One day", 7 * 86_400: "One week", 30 * 86_400: "Thirty days"}
Listing = Callable[[Tx, int, int, int | None], list[tuple[int, Actor]]]


async def get_choice(request: web.Request) -> web.StreamResponse:
    """`/apart/ID`: what muting and blocking somebody does, with a button for each."""
    person, services = signed_in(request), request.app[SERVICES]
    other_id = int(request.match_info["id"])
    other, aside = await services.db.read(read_choice, person, other_id)
    return page(request, "members/apart.html", other=other, aside=aside, mute_times=MUTE_TIMES)


def read_choice(tx: Tx, person: Person, other_id: int) -> tuple[Actor, Aside]:
    """Somebody else, and what there is between the two already.

    Raises:
        NotFound: there is nobody, or it is oneself.
    """
    other = known_by_id(tx, other_id, person.actor)
    if other.id == person.actor.id:
        raise NotFound
    return other, asides(tx, person.actor.id, [other.id]).get(other.id, Aside())


async def post_mute(request: web.Request) -> web.StreamResponse:
    """The button that mutes."""
    person, params = await form_of(request)
    services, now = request.app[SERVICES], request.app[SERVICES].clock.now()
    wanted = mute_of(
        params.number("lasts") or 0, now, hides_notifications=params.flag("notifications")
    )
    other_id = id_of(params.text("actor")) or 0

    def do_mute(tx: Tx) -> Actor:
        other, _ = read_choice(tx, person, other_id)
        mute(tx, person.actor, other, wanted, now)
        return other

    return see_other(page_of(await services.db.write(do_mute)))


def listed(listing: Listing, template: str) -> Handler:
    """A page with one's own list."""

    async def handle(request: web.Request) -> web.StreamResponse:
        person, before = signed_in(request), id_of(request.query.get("before", ""))
        found = await request.app[SERVICES].db.read(listing, person.actor.id, LISTED, before)
        older = found[-1][0] if len(found) == LISTED else None
        people = [actor for _, actor in found]
        return page(request, template, people=people, before=before, older=older)

    return handle


get_blocked = listed(blocked_by, "members/blocked.html")
get_muted = listed(muted_by, "members/muted.html")
