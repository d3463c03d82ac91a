"""What was decided about one's own post or oneself: why, how long, and asking for another look."""

from aiohttp import web

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.actors.store import Actor
from node.topics.moderation.appeals import (
    Decision,
    ask_again,
    decision_about_person,
    decision_about_post,
)
from node.topics.posts.removals import hidden_post
from node.topics.publishing.actions import delete
from node.web.render import page


async def get_decision(request: web.Request) -> web.StreamResponse:
    """`/decisions/posts/ID` and `/decisions/places/ID`: one's own post, or a community."""
    return await own_decision_page(request)


async def own_decision_page(request: web.Request, wrong: str = "") -> web.Response:
    person, services = signed_in(request), request.app[SERVICES]
    kind, number = request.match_info["kind"], int(request.match_info["id"])
    now = services.clock.now()
    found = await services.db.read(read_decision, person.actor, kind, number, now)
    return decision_page(request, found, wrong)


def decision_page(request: web.Request, found: Decision, wrong: str = "") -> web.Response:
    """The page of a decision."""
    way = f"/decisions/{'posts' if found.post else 'places'}/"
    way += str(found.post.id if found.post else found.group.id)
    status = 422 if wrong else 200
    return page(request, "moderation/decision.html", status, found=found, way=way, wrong=wrong)


def read_decision(tx: Tx, me: Actor, kind: str, number: int, now: int) -> Decision:
    """What was decided about a post of one's own, or about oneself in a community or here.

    Raises:
        NotFound: nothing was: the same as for anybody whom it does not concern.
    """
    if kind == "posts":
        return decision_about_post(tx, me, number)
    return decision_about_person(tx, me, number, now)


def own_removed(tx: Tx, me: Actor, iri: str) -> Decision:
    """What was decided about the post of `me` at an address that shows it to nobody else.

    Raises:
        NotFound: it is not there, or not theirs.
    """
    hidden = hidden_post(tx, iri)
    if hidden is None:
        raise NotFound
    return decision_about_post(tx, me, hidden.post.id)


async def post_decision(request: web.Request) -> web.StreamResponse:
    """The buttons of `/decisions/...`: ask for another look, or delete the post for good."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    kind, number = request.match_info["kind"], int(request.match_info["id"])
    now = services.clock.now()
    try:
        back = await services.db.write(do_about_own, person.actor, kind, number, params, now)
    except Invalid as problem:
        return await own_decision_page(request, problem.sentence)
    services.wake_sender()
    return see_other(back)


def do_about_own(tx: Tx, me: Actor, kind: str, number: int, params: Params, now: int) -> str:
    """Do what was pressed; where to go on."""
    found = read_decision(tx, me, kind, number, now)
    if params.text("deed") == "delete" and found.post is not None:
        delete(tx, me, found.post.id, now)
        return "/"
    ask_again(tx, me, found, params.text("words"), now)
    return f"/decisions/{kind}/{number}"
