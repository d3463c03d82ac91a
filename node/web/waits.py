"""What waits for a look: the first posts of newcomers, and what holds words or sites of a list.

One page for each community, and one for the node, whose list counts in all of them.
"""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Conflict, Invalid
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import check_looks_after_node, signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor, instance_actor
from node.topics.moderation.looked_after import moderated_community
from node.topics.moderation.waiting import first_posts_wait, put_first_posts_wait
from node.topics.moderation.word_filters import (
    Listed,
    add_filter,
    add_offered,
    drop_filter,
    filters_of,
)
from node.topics.moderation.word_rules import OFFERED
from node.web.render import page


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits in a place; `way` is where its page is."""

    place: Actor
    way: str
    filters: list[Listed]
    first_posts: bool


def place_at(tx: Tx, person: Person, name: str | None) -> Actor:
    """The community of that name, or the node; as `person` may look after it.

    Raises:
        NotFound: there is none, or it is not for them: the two look the same.
    """
    if name is None:
        check_looks_after_node(person)
        return instance_actor(tx)
    return moderated_community(tx, person.actor, name)


def read_waits(tx: Tx, person: Person, name: str | None) -> Waits:
    """What waits in a community, or everywhere."""
    place = place_at(tx, person, name)
    way = f"/moderate/{place.name}/waits" if place.is_group else "/waits"
    first = place.is_group and first_posts_wait(tx, place)
    return Waits(place, way, filters_of(tx, place.id), first)


async def get_waits(request: web.Request) -> web.StreamResponse:
    """`/moderate/NAME/waits`, and `/waits` for the node."""
    return await waits_page(request)


async def waits_page(
    request: web.Request, params: Params | None = None, wrong: str = ""
) -> web.Response:
    person, name = signed_in(request), request.match_info.get("name")
    found = await request.app[SERVICES].db.read(read_waits, person, name)
    return page(
        request,
        "moderation/waits.html",
        422 if wrong else 200,
        found=found,
        offered=OFFERED,
        typed=params or Params([]),
        wrong=wrong,
    )


async def post_waits(request: web.Request) -> web.StreamResponse:
    """The buttons of those pages."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info.get("name")
    try:
        way = await services.db.write(change_waits, person, name, params, services.clock.now())
    except (Invalid, Conflict) as problem:
        return await waits_page(request, params, problem.sentence)
    return see_other(way)


def change_waits(tx: Tx, person: Person, name: str | None, params: Params, now: int) -> str:
    """Do what was pressed; where the page is."""
    found, deed = read_waits(tx, person, name), params.text("deed")
    if deed == "add":
        add_filter(tx, found.place, params.text("kind"), params.text("phrase"), now)
    elif deed == "drop":
        drop_filter(tx, found.place, id_of(params.text("filter")) or 0)
    elif deed == "offer":
        add_offered(tx, found.place, params.text("list"), now)
    elif deed == "first" and found.place.is_group:
        put_first_posts_wait(tx, found.place, now if params.text("wait") else None)
    else:
        raise Invalid("Choose what to do.")
    return found.way
