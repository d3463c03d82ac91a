"""Our own API for coming in: a community's question and pledge, asking, and invitations."""

from aiohttp import web

from node.api.auth import Requester, read_as, write_as
from node.api.person_entity import person_entities, person_entity
from node.base.instants import instant, optional_instant
from node.db.tx import Tx
from node.http.params import id_of, read_params
from node.http.responses import Entity, json_reply
from node.topics.admissions.askings import (
    Asking,
    ask_at,
    askings_of,
    entry_into,
    own_asking,
)
from node.topics.admissions.invitation_store import who_looks_after
from node.topics.admissions.invitations import join_by_invitation, open_offer
from node.topics.admissions.pledges import Pledge, agree, current_pledge
from node.topics.communities.lookup import known_local
from node.topics.communities.permissions import place_of
from node.topics.communities.words import reach_in_words
from node.topics.members.asking import ask, take_back


def pledge_entity(pledge: Pledge | None) -> Entity | None:
    """What members agree to; None where they agree to nothing."""
    return {"version": pledge.version, "words": pledge.words} if pledge else None


async def get_join(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/join`: its question, and what members agree to."""
    return json_reply(await read_as(request, read_join, request.match_info["name"]))


def read_join(tx: Tx, requester: Requester, name: str) -> Entity:
    entry = entry_into(tx, requester.me.actor, name, requester.now)
    return {
        "community": person_entity(entry.group),
        "question": entry.community.question,
        "pledge": pledge_entity(entry.pledge),
    }


async def post_join(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/join`: ask; or be in, where nobody is asked."""
    params, name = await read_params(request), request.match_info["name"]
    answer, pledge = params.text("answer"), params.number("pledge")
    return json_reply(await write_as(request, do_join, name, answer, pledge))


def do_join(tx: Tx, requester: Requester, name: str, answer: str, pledge: int | None) -> Entity:
    is_in = ask_at(tx, requester.me.actor, name, answer, pledge, requester.now)
    return {"joined": is_in}


async def post_pledge(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/pledge`: agree to the wording `pledge`."""
    version = (await read_params(request)).number("pledge")
    await write_as(request, do_agree, request.match_info["name"], version)
    return json_reply({})


def do_agree(tx: Tx, requester: Requester, name: str, version: int | None) -> None:
    me = requester.me.actor
    agree(tx, known_local(tx, "communities", name, me), me, version, requester.now)


async def get_askings(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/askings`: what one has asked to join, and what became of it."""
    return json_reply(await read_as(request, read_askings))


def read_askings(tx: Tx, requester: Requester) -> list[Entity]:
    return [asking_entity(one) for one in askings_of(tx, requester.me.actor)]


def asking_entity(asking: Asking) -> Entity:
    """What somebody asked, as they read it themselves."""
    return {
        "community": person_entity(asking.group),
        "question": asking.community.question,
        "answer": asking.request.answer,
        "state": asking.request.state,
        "reason": asking.request.reason,
        "asked_at": instant(asking.request.asked_at),
        "decided_at": optional_instant(asking.request.decided_at),
    }


async def patch_asking(request: web.Request) -> web.Response:
    """`PATCH /api/hedgerow/v1/askings/:id`: another `answer`; `id` is that of the community."""
    answer = (await read_params(request)).text("answer")
    await write_as(request, answer_again, id_of(request.match_info["id"]), answer)
    return json_reply({})


def answer_again(tx: Tx, requester: Requester, group_id: int | None, answer: str) -> None:
    me = requester.me.actor
    group, held = own_asking(tx, me, group_id)
    ask(tx, group, me, answer=answer, iri=held.iri, now=requester.now)


async def delete_asking(request: web.Request) -> web.Response:
    """`DELETE /api/hedgerow/v1/askings/:id`: ask no more."""
    await write_as(request, ask_no_more, id_of(request.match_info["id"]))
    return json_reply({})


def ask_no_more(tx: Tx, requester: Requester, group_id: int | None) -> None:
    me = requester.me.actor
    group, _ = own_asking(tx, me, group_id)
    take_back(tx, group, me, requester.now)


async def get_invitation(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/invitations/:code`: where an open invitation leads."""
    return json_reply(await read_as(request, read_offer, request.match_info["code"]))


def read_offer(tx: Tx, requester: Requester, code: str) -> Entity:
    offer = open_offer(tx, code, requester.now)
    place = place_of(tx, offer.group)
    return {
        "community": person_entity(offer.group),
        "inviter": person_entity(offer.inviter),
        "signed": offer.invitation.signed,
        "reach": reach_in_words(place) if place else "",
        "looked_after_by": person_entities(who_looks_after(tx, offer.group.id)),
        "pledge": pledge_entity(current_pledge(tx, offer.group.id)),
        "ends_at": instant(offer.invitation.ends_at),
    }


async def post_invitation_join(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/invitations/:code/join`: come in by it, agreeing to `pledge`."""
    pledge = (await read_params(request)).number("pledge")
    return json_reply(await write_as(request, come_in, request.match_info["code"], pledge))


def come_in(tx: Tx, requester: Requester, code: str, pledge: int | None) -> Entity:
    group = join_by_invitation(tx, code, requester.me.actor, requester.now, pledge)
    return {"community": person_entity(group)}
