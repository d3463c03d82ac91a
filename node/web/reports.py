"""Reporting on pages: the form for members, and the list for those who look after the node."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Invalid, NotAllowed, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import check_looks_after_node, signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_id
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.report_store import Report, open_reports, resolve_report_but
from node.topics.posts.views import PostView, post_view
from node.web.render import page

REPORTS = 20
PAGE = "/reports"
REASONS = {
    "other": "It harms somebody, or me",
    "spam": "It is advertising, or somebody who is not real",
    "violation": "It breaks what we agreed on here",
    "legal": "It is against the law",
}
TOLD = {
    None: "The other place has taken it.",
    "waiting": "The other place is not reached yet.",
    "parked": "The other place would not take it.",
}
"""What became of a report that goes to the home of whom it is about."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report would be about: somebody, and perhaps one post of theirs."""

    about: Actor
    view: PostView | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The reports that wait, the oldest first; `newer` is what the next page begins above."""

    reports: list[Report]
    after: int | None
    newer: int | None


def read_reported(tx: Tx, me: Actor, kind: str, number: int) -> Reported:
    """What `me` would report.

    Raises:
        NotFound: it is not there, not for `me`, or theirs.
    """
    view = post_view(tx, number, me) if kind == "posts" else None
    about = view.author if view else known_by_id(tx, number, me)
    if about.id == me.id:
        raise NotFound
    return Reported(about, view)


async def reported_in(request: web.Request, person: Person) -> Reported:
    kind, number = request.match_info["kind"], int(request.match_info["id"])
    return await request.app[SERVICES].db.read(read_reported, person.actor, kind, number)


async def get_report(request: web.Request) -> web.StreamResponse:
    """`/report/people/ID` and `/report/posts/ID`: the form."""
    return report_page(request, await reported_in(request, signed_in(request)))


def report_page(
    request: web.Request, found: Reported, params: Params | None = None, wrong: str = ""
) -> web.Response:
    typed = params or Params([])
    status = 422 if wrong else 200
    return page(
        request,
        "moderation/report.html",
        status,
        found=found,
        reasons=REASONS,
        typed=typed,
        wrong=wrong,
    )


async def post_report(request: web.Request) -> web.StreamResponse:
    """The form of `/report/...`."""
    person, params = await form_of(request)
    services, found = request.app[SERVICES], await reported_in(request, person)
    complaint = Complaint(
        about_id=found.about.id,
        post_ids=(found.view.post.id,) if found.view else (),
        words=params.text("words"),
        category=params.text("category"),
        tells_home=bool(params.text("tells_home")),
    )
    try:
        await services.db.write(file_report, person.actor, complaint, services.clock.now())
    except (Invalid, NotAllowed) as problem:
        return report_page(request, found, params, problem.sentence)
    services.wake_sender()
    return see_other("/reported?told=1" if complaint.tells_home else "/reported")


async def get_reported(request: web.Request) -> web.StreamResponse:
    """`/reported`: it has arrived, and the other place is told."""
    signed_in(request)
    return page(request, "moderation/reported.html", tells_home="told" in request.query)


async def get_reports(request: web.Request) -> web.StreamResponse:
    """`/reports`: what waits for a look, for those who look after the node."""
    person = check_looks_after_node(signed_in(request))
    after = id_of(request.query.get("after", ""))
    shown = await request.app[SERVICES].db.read(read_waiting, person.actor.id, after)
    return page(request, "moderation/reports.html", shown=shown, words=REASONS, told=TOLD)


def read_waiting(tx: Tx, me_id: int, after: int | None) -> Waiting:
    """What waits, but for what is about the reader."""
    found = open_reports(tx, REPORTS, after_id=after or 0, but_about=me_id)
    return Waiting(found, after, found[-1].id if len(found) == REPORTS else None)


async def post_settle(request: web.Request) -> web.StreamResponse:
    """The button of `/reports`."""
    person, params = await form_of(request)
    check_looks_after_node(person)
    services, number = request.app[SERVICES], id_of(params.text("report"))
    if number is None:
        raise NotFound
    await services.db.write(resolve_report_but, person.actor.id, number, services.clock.now())
    return see_other(PAGE)
