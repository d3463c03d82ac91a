"""Our own API for the desk: the cases that wait for those who look after something, and deeds."""

from aiohttp import web

from node.api.auth import Requester, read_as, write_as
from node.api.person_entity import optional_person, person_entity
from node.base.errors import NotFound
from node.base.instants import instant, optional_instant
from node.db.tx import Tx
from node.http.params import days_of, id_of, read_params
from node.http.responses import Entity, json_reply
from node.topics.moderation.appeals import (
    Decision,
    ask_again,
    decision_about_person,
    decision_about_post,
)
from node.topics.moderation.desk import CaseView, Thing, read_case, read_desk
from node.topics.publishing.case_deeds import Pressed, do_about_case


async def get_desk(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/desk`, `after` as the last page said: what waits, the urgent first."""
    after = (await read_params(request)).number("after")
    return json_reply(await read_as(request, read_waiting_cases, after))


def read_waiting_cases(tx: Tx, requester: Requester, after: int | None) -> Entity:
    desk = read_desk(tx, requester.me.actor, after)
    return {
        "waiting": [case_entity(one) for one in desk.waiting],
        "settled": [case_entity(one) for one in desk.settled],
        "after": str(desk.newer) if desk.newer is not None else None,
    }


async def get_case(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/desk/:id`"""
    return json_reply(await read_as(request, read_one, id_of(request.match_info["id"])))


def read_one(tx: Tx, requester: Requester, case_id: int | None) -> Entity:
    return case_entity(read_case(tx, requester.me.actor, case_id or 0))


async def post_case(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/desk/:id`: a `deed`, with what belongs to it; the case afterwards."""
    params = await read_params(request)
    pressed = Pressed(
        deed=params.text("deed"),
        reason=params.text("reason"),
        words=params.text("words"),
        days=days_of(params),
        with_replies=params.flag("with_replies"),
        removes=params.flag("removes"),
    )
    return json_reply(await write_as(request, do_it, id_of(request.match_info["id"]), pressed))


def do_it(tx: Tx, requester: Requester, case_id: int | None, pressed: Pressed) -> Entity:
    do_about_case(tx, requester.me.actor, case_id or 0, pressed, requester.now)
    return read_one(tx, requester, case_id)


def case_entity(view: CaseView) -> Entity:
    """A case; of who reported only the place is told (T99)."""
    case = view.case
    return {
        "id": str(case.id),
        "kind": case.kind,
        "urgent": case.urgent,
        "community": optional_person(view.group),
        "about": optional_person(view.about),
        "posts": [thing_entity(one) for one in view.things],
        "reports": [
            {
                "reason": one.reason,
                "words": one.words,
                "host": one.reporter_host,
                "at": instant(one.created_at),
            }
            for one in view.reports
        ],
        "notes": [
            {"by": optional_person(who), "words": note.words, "at": instant(note.created_at)}
            for who, note in view.notes
        ],
        "waits_for": waits_for(view),
        "appeal": appeal_entity(view),
        "taken_by": optional_person(view.taken_by),
        "passed_on": view.is_passed,
        "opened_at": instant(case.opened_at),
        "settled_at": optional_instant(case.settled_at),
        "outcome": case.outcome,
    }


def thing_entity(thing: Thing) -> Entity:
    """A post of a case; `words` is null where they are for few, or gone."""
    return {
        "id": str(thing.post.id) if thing.post else None,
        "state": thing.state,
        "words": thing.words,
    }


def waits_for(view: CaseView) -> Entity | None:
    """Why a post waits for a look: `matched` words, or none for a newcomer's first."""
    why = view.why_it_waits
    return {"matched": why.matched, "state": why.state} if why else None


def appeal_entity(view: CaseView) -> Entity | None:
    if view.appeal is None:
        return None
    return {
        "against": view.appealed.verb if view.appealed else None,
        "reason": view.appealed.reason if view.appealed else None,
        "words": view.appeal.words,
        "at": instant(view.appeal.made_at),
        "answered_at": optional_instant(view.appeal.answered_at),
        "granted": view.appeal.granted,
        "answer": view.appeal.answer,
    }


async def get_decision(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/decisions/:kind/:id`: about one's own post, or about oneself in a
    community, or here by the node's own actor."""
    kind, number = request.match_info["kind"], id_of(request.match_info["id"])
    return json_reply(await read_as(request, read_decision, kind, number))


def read_decision(tx: Tx, requester: Requester, kind: str, number: int | None) -> Entity:
    return decision_entity(own_decision(tx, requester, kind, number))


def own_decision(tx: Tx, requester: Requester, kind: str, number: int | None) -> Decision:
    me = requester.me.actor
    if number is None:
        raise NotFound
    if kind == "posts":
        return decision_about_post(tx, me, number)
    return decision_about_person(tx, me, number, requester.now)


def decision_entity(found: Decision) -> Entity:
    """What was decided, as whom it is about reads it; by whom stands nowhere."""
    return {
        "place": person_entity(found.group),
        "what": found.entry.verb,
        "reason": found.entry.reason,
        "at": instant(found.entry.created_at),
        "until": optional_instant(found.until),
        "appealed_at": optional_instant(found.appeal.made_at if found.appeal else None),
        "answered_at": optional_instant(found.appeal.answered_at if found.appeal else None),
        "granted": found.appeal.granted if found.appeal else None,
        "answer": found.appeal.answer if found.appeal else None,
    }


async def post_decision(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/decisions/:kind/:id`: ask for another look, in `words`, once."""
    words = (await read_params(request)).text("words")
    kind, number = request.match_info["kind"], id_of(request.match_info["id"])
    return json_reply(await write_as(request, do_appeal, kind, number, words))


def do_appeal(tx: Tx, requester: Requester, kind: str, number: int | None, words: str) -> Entity:
    found = own_decision(tx, requester, kind, number)
    ask_again(tx, requester.me.actor, found, words, requester.now)
    return read_decision(tx, requester, kind, number)
