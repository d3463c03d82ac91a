"""The desk of those who look after a community or the node: what waits, and the buttons."""

from collections.abc import Callable

from aiohttp import web

from node.base.errors import Invalid
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.actors.store import Actor
from node.topics.moderation.desk import read_case, read_desk
from node.topics.moderation.reasons import IN_WORDS
from node.topics.publishing import appeal_deeds, desk_deeds, waiting_deeds
from node.web.moderation import days_of
from node.web.render import page

PAGE = "/desk"
TOLD = {
    None: "The other place has taken it.",
    "waiting": "The other place is not reached yet.",
    "parked": "The other place would not take it.",
}
"""What became of telling the home of whom a case is about."""

OUTCOMES = {
    "left": "Left as it is",
    "removed": "Removed",
    "warned": "Its author was written to",
    "shut_out": "Shut out",
    "passed_on": "Passed to the other place",
    "granted": "Taken back after an appeal",
    "refused": "Not changed, or not taken",
    "let_through": "Let through",
    "withdrawn": "Taken back by who reported it",
}


async def get_desk(request: web.Request) -> web.StreamResponse:
    """`/desk`: what waits, for whoever looks after something."""
    person, after = signed_in(request), id_of(request.query.get("after", ""))
    desk = await request.app[SERVICES].db.read(read_desk, person.actor, after)
    return page(
        request,
        "moderation/desk.html",
        desk=desk,
        words=IN_WORDS,
        told=TOLD,
        outcomes=OUTCOMES,
    )


async def get_case(request: web.Request) -> web.StreamResponse:
    """`/desk/ID`: one case with all that can be done about it."""
    return await case_page(request)


async def case_page(
    request: web.Request, params: Params | None = None, wrong: str = ""
) -> web.Response:
    person, number = signed_in(request), int(request.match_info["id"])
    view = await request.app[SERVICES].db.read(read_case, person.actor, number)
    return page(
        request,
        "moderation/case.html",
        422 if wrong else 200,
        view=view,
        words=IN_WORDS,
        told=TOLD,
        outcomes=OUTCOMES,
        typed=params or Params([]),
        wrong=wrong,
    )


async def post_case(request: web.Request) -> web.StreamResponse:
    """The buttons of `/desk/ID`."""
    person, params = await form_of(request)
    services, number = request.app[SERVICES], int(request.match_info["id"])
    try:
        await services.db.write(do_about, person.actor, number, params, services.clock.now())
    except Invalid as problem:
        return await case_page(request, params, problem.sentence)
    services.wake_sender()
    return see_other(PAGE if params.text("deed") in SETTLING else f"{PAGE}/{number}")


Deed = Callable[[Tx, Actor, int, Params, int], None]
DEEDS: dict[str, Deed] = {
    "leave": lambda tx, me, number, _, now: desk_deeds.leave(tx, me, number, now),
    "remove": lambda tx, me, number, params, now: desk_deeds.remove(
        tx, me, number, params.text("reason"), now, with_replies=bool(params.text("with_replies"))
    ),
    "warn": lambda tx, me, number, params, now: desk_deeds.warn(
        tx, me, number, params.text("words"), now
    ),
    "shut_out": lambda tx, me, number, params, now: desk_deeds.shut_out(
        tx,
        me,
        number,
        now,
        reason=params.text("reason"),
        days=days_of(params),
        removes=bool(params.text("removes")),
    ),
    "pass_on": lambda tx, me, number, _, now: desk_deeds.pass_on(tx, me, number, now),
    "take": lambda tx, me, number, _params, _now: desk_deeds.take(tx, me, number),
    "give_back": lambda tx, me, number, _params, _now: desk_deeds.give_back(tx, me, number),
    "grant": lambda tx, me, number, params, now: appeal_deeds.grant(
        tx, me, number, params.text("words"), now
    ),
    "refuse": lambda tx, me, number, params, now: appeal_deeds.refuse(
        tx, me, number, params.text("words"), now
    ),
    "let_through": lambda tx, me, number, _, now: waiting_deeds.let_through(tx, me, number, now),
    "refuse_post": lambda tx, me, number, params, now: waiting_deeds.refuse(
        tx, me, number, params.text("reason"), now
    ),
    "note": lambda tx, me, number, params, now: desk_deeds.write_note(
        tx, me, number, params.text("words"), now
    ),
}
SETTLING = (
    "leave",
    "remove",
    "warn",
    "shut_out",
    "grant",
    "refuse",
    "let_through",
    "refuse_post",
)


def do_about(tx: Tx, me: Actor, number: int, params: Params, now: int) -> None:
    """Do what was pressed.

    Raises:
        Invalid: that is no button.
    """
    deed = DEEDS.get(params.text("deed"))
    if deed is None:
        raise Invalid("Choose what to do.")
    deed(tx, me, number, params, now)
