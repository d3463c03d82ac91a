"""What is held for a look: what those who look after the node see of it, and how they decide."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import check_looks_after_node, signed_in
from node.topics.actors.store import actor_by_id
from node.topics.moderation.held import decided_lately, waiting
from node.topics.moderation.held_view import HeldView, held_views
from node.topics.publishing.held_decisions import decide_all, leave_out, let_through
from node.web.render import page

POSTS = 20
PAGE = "/held"


@dataclass(frozen=True, slots=True)
class HeldPage:
    """What stands on the page; `older` is the post that the next page begins below."""

    waiting: list[HeldView]
    decided: list[HeldView]
    before: int | None
    older: int | None


async def get_held(request: web.Request) -> web.StreamResponse:
    """`/held`"""
    check_looks_after_node(signed_in(request))
    before = id_of(request.query.get("before", ""))
    held_page = await request.app[SERVICES].db.read(read_held_page, before)
    return page(request, "moderation/held.html", held_page=held_page)


def read_held_page(tx: Tx, before: int | None) -> HeldPage:
    """What waits, below a post, and on the first page what was decided lately."""
    found = waiting(tx, POSTS, before)
    older = found[-1].post_id if len(found) == POSTS else None
    decided = [] if before else decided_lately(tx)
    return HeldPage(held_views(tx, found), held_views(tx, decided), before, older)


async def post_decision(request: web.Request) -> web.StreamResponse:
    """The buttons of `/held`."""
    person, params = await form_of(request)
    check_looks_after_node(person)
    services, post_id = request.app[SERVICES], id_of(params.text("post"))
    if post_id is None:
        raise NotFound
    everything = bool(params.text("all"))
    await services.db.write(
        decide, person.actor.id, post_id, params.text("deed"), services.clock.now(), everything
    )
    services.wake_sender()
    return see_other(PAGE)


def decide(tx: Tx, by_id: int, post_id: int, deed: str, now: int, everything: bool) -> None:
    """Do what was pressed."""
    by = actor_by_id(tx, by_id)
    if deed not in ("pass", "drop"):
        raise Invalid("Choose what to do.")
    if everything:
        decide_all(tx, by, post_id, now, passes=deed == "pass")
    elif deed == "pass":
        let_through(tx, by, post_id, now)
    else:
        leave_out(tx, by, post_id, now)
