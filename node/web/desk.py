"""The desk of those who look after a community or the node: what waits, and the buttons."""

from aiohttp import web

from node.base.errors import Invalid
from node.http.csrf import form_of
from node.http.params import Params, days_of, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.moderation.desk import read_case, read_desk
from node.topics.moderation.reasons import IN_WORDS
from node.topics.publishing.case_deeds import Pressed, do_about_case
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
        pressed = pressed_in(params)
        await services.db.write(do_about_case, person.actor, number, pressed, services.clock.now())
    except Invalid as problem:
        return await case_page(request, params, problem.sentence)
    services.wake_sender()
    return see_other(PAGE if params.text("deed") in SETTLING else f"{PAGE}/{number}")


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


def pressed_in(params: Params) -> Pressed:
    """The button of a form, with what was typed beside it.

    Raises:
        Invalid: the days are no number.
    """
    return Pressed(
        deed=params.text("deed"),
        reason=params.text("reason"),
        words=params.text("words"),
        days=days_of(params) if params.text("deed") == "shut_out" else None,
        with_replies=bool(params.text("with_replies")),
        removes=bool(params.text("removes")),
    )
