"""Reporting on pages: the form, and what became of what one reported."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Invalid, NotAllowed, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_id
from node.topics.moderation.member_reports import (
    Complaint,
    Elsewhere,
    file_report,
    told_elsewhere,
)
from node.topics.moderation.reasons import IN_WORDS, OFFERED
from node.topics.moderation.report_store import OwnReport, reports_by
from node.topics.posts.views import PostView, post_view
from node.web.render import page

OWN_REPORTS = 20
ID_MAX = 2**63 - 1
OUTCOMES = {
    None: "Nobody has decided yet.",
    "left": "They looked, and left it as it is.",
    "removed": "It was removed.",
    "warned": "They wrote to whoever it is about.",
    "shut_out": "Whoever it is about may not write there for now.",
    "passed_on": "They told the other place.",
    "withdrawn": "You took it back.",
}
"""What became of a report, as whoever made it reads it."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report would be about: somebody, and perhaps one post of theirs; whom at other places
    it can be told to."""

    about: Actor
    view: PostView | None
    told: Elsewhere


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody reported; `older` is what the next page begins below."""

    reports: list[OwnReport]
    before: int | None
    older: int | None


def read_reported(tx: Tx, me: Actor, kind: str, number: int) -> Reported:
    """What `me` would report.

    Raises:
        NotFound: it is not there, not for `me`, or theirs.
    """
    view = post_view(tx, number, me) if kind == "posts" else None
    about = view.author if view else known_by_id(tx, number, me)
    if about.id == me.id:
        raise NotFound
    return Reported(about, view, told_elsewhere(about, [view] if view else []))


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
        reasons=OFFERED,
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
        reason=params.text("reason"),
        tells_home=bool(params.text("tells_home")),
    )
    try:
        await services.db.write(file_report, person.actor, complaint, services.clock.now())
    except (Invalid, NotAllowed) as problem:
        return report_page(request, found, params, problem.sentence)
    services.wake_sender()
    return see_other(f"/reported?new=1{'&told=1' if complaint.tells_home else ''}")


async def get_reported(request: web.Request) -> web.StreamResponse:
    """`/reported`: it has arrived; what the reader reported, and what became of it."""
    person, before = signed_in(request), id_of(request.query.get("before", ""))
    own = await request.app[SERVICES].db.read(read_own, person.actor.id, before)
    return page(
        request,
        "moderation/reported.html",
        tells_home="told" in request.query,
        is_new="new" in request.query,
        own=own,
        words=IN_WORDS,
        outcomes=OUTCOMES,
    )


def read_own(tx: Tx, me_id: int, before: int | None) -> Own:
    """What somebody reported, the newest first."""
    found = reports_by(tx, me_id, OWN_REPORTS, before or ID_MAX)
    return Own(found, before, found[-1].id if len(found) == OWN_REPORTS else None)
