"""Our own API for those who organise: who waits, how people come in, vouching, and invitations."""

from aiohttp import web

from node.api.auth import Requester, read_as, write_as
from node.api.joining import pledge_entity
from node.api.person_entity import optional_person, person_entities, person_entity
from node.base.errors import NotFound
from node.base.instants import instant, optional_instant
from node.db.tx import Tx
from node.http.look_at_node import look_at_node
from node.http.params import Params, id_of, read_params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.topics.actors.store import actor_by_id
from node.topics.admissions.actions import let_in, refuse
from node.topics.admissions.invitation_tree import Branch, invitation_tree
from node.topics.admissions.invitations import (
    Wanted,
    check_may_invite,
    make_invitation,
    revoke_invitation,
)
from node.topics.admissions.organised import (
    ComingIn,
    Waiting,
    change_coming_in,
    coming_in,
    organised_by,
    vouch_for_handle,
    who_waits,
)
from node.topics.admissions.rules import DAYS_USUAL, USES_USUAL
from node.topics.admissions.settings import AdmissionSettings
from node.topics.communities.lookup import known_local
from node.topics.members.new_nodes import NodeFacts
from node.topics.members.rules import what_it_can

PAGE = 40
CARDS = 3


async def get_waiting(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/waiting`, `after` as the last page said."""
    after = (await read_params(request)).number("after") or 0
    return json_reply(await read_as(request, read_waiting, request.match_info["name"], after))


def read_waiting(tx: Tx, requester: Requester, name: str, after: int) -> Entity:
    group = organised_by(tx, requester.me.actor, name, requester.now)
    found = who_waits(tx, group, PAGE, after)
    return {
        "waiting": [waiting_entity(one) for one in found],
        "after": str(found[-1].request.id) if len(found) == PAGE else None,
    }


def waiting_entity(one: Waiting) -> Entity:
    """Somebody who waits; `new_node`: what is known of a node whose first member they would be."""
    return {
        "person": person_entity(one.person),
        "answer": one.request.answer,
        "asked_at": instant(one.request.asked_at),
        "vouchers": person_entities(one.vouchers),
        "new_node": node_entity(one.facts) if one.facts else None,
    }


def node_entity(facts: NodeFacts) -> Entity:
    return {
        "host": facts.host,
        "software": facts.software,
        "version": facts.version,
        "title": facts.title,
        "policy": facts.policy.value,
        "known_since": optional_instant(facts.known_since),
        "what_it_can": what_it_can(facts.software),
    }


async def post_accept(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/waiting/:id/accept`; the only organiser says of the
    first from a node that they `confirm` it."""
    is_confirmed = (await read_params(request)).flag("confirm")
    name, number = request.match_info["name"], id_of(request.match_info["id"])
    await read_as(request, read_organised, name)
    await look_at_node(request.app[SERVICES], number)
    return json_reply(await write_as(request, do_accept, name, number, is_confirmed))


def read_organised(tx: Tx, requester: Requester, name: str) -> None:
    """Nothing; it is found out whether they organise it, before another node is asked."""
    organised_by(tx, requester.me.actor, name, requester.now)


def do_accept(
    tx: Tx, requester: Requester, name: str, number: int | None, is_confirmed: bool
) -> Entity:
    me = requester.me.actor
    group = organised_by(tx, me, name, requester.now)
    person = actor_by_id(tx, number) if number is not None else None
    if person is None:
        raise NotFound
    agreed = let_in(tx, group, person, me, requester.now, is_confirmed=is_confirmed)
    return {"outcome": agreed.name.lower()}


async def post_refuse(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/waiting/:id/refuse`, with the `reason`."""
    reason = (await read_params(request)).text("reason")
    name, number = request.match_info["name"], id_of(request.match_info["id"])
    await write_as(request, do_refuse, name, number, reason)
    return json_reply({})


def do_refuse(tx: Tx, requester: Requester, name: str, number: int | None, reason: str) -> None:
    me = requester.me.actor
    group = organised_by(tx, me, name, requester.now)
    person = actor_by_id(tx, number) if number is not None else None
    if person is None:
        raise NotFound
    refuse(tx, group, person, me, reason, requester.now)


async def post_vouch(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/vouches`: the answer is the same whoever it is."""
    who = (await read_params(request)).text("who")
    await write_as(request, do_vouch, request.match_info["name"], who)
    return json_reply({})


def do_vouch(tx: Tx, requester: Requester, name: str, who: str) -> None:
    vouch_for_handle(tx, requester.me.actor, name, who, requester.now)


async def get_coming_in(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/coming-in`: the question, the pledge, the cards."""
    return json_reply(await read_as(request, read_coming_in, request.match_info["name"]))


def read_coming_in(tx: Tx, requester: Requester, name: str) -> Entity:
    return coming_in_entity(coming_in(tx, requester.me.actor, name, requester.now))


def coming_in_entity(found: ComingIn) -> Entity:
    return {
        "question": found.community.question,
        "pledge": pledge_entity(found.pledge),
        "agreed": found.agreed.agreed,
        "members": found.agreed.members,
        "inviting": found.settings.inviting,
        "vouches": found.settings.vouches_needed,
        "cards": list(found.settings.cards),
    }


async def patch_coming_in(request: web.Request) -> web.Response:
    """`PATCH /api/hedgerow/v1/communities/:name/coming-in`: what is not sent stays as it is."""
    params = await read_params(request)
    return json_reply(await write_as(request, do_change, request.match_info["name"], params))


def do_change(tx: Tx, requester: Requester, name: str, params: Params) -> Entity:
    me = requester.me.actor
    held = coming_in(tx, me, name, requester.now)
    cards = [*params.texts("cards"), *[""] * CARDS] if params.has("cards") else held.settings.cards
    vouches = params.number("vouches") if params.has("vouches") else held.settings.vouches_needed
    wanted = AdmissionSettings(
        inviting=params.text("inviting", held.settings.inviting),
        vouches_needed=-1 if vouches is None else vouches,
        cards=(cards[0].strip(), cards[1].strip(), cards[2].strip()),
    )
    question = params.text("question", held.community.question)
    pledge = params.text("pledge", held.pledge.words if held.pledge else "")
    change_coming_in(tx, me, held.group, question, wanted, pledge, requester.now)
    return read_coming_in(tx, requester, name)


async def get_invitations(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/communities/:name/invitations`: one's own; all, for who looks after it,
    with who came in by each, and the invitations that those made."""
    return json_reply(await read_as(request, read_invitations, request.match_info["name"]))


def read_invitations(tx: Tx, requester: Requester, name: str) -> list[Entity]:
    me = requester.me.actor
    group = known_local(tx, "communities", name, me)
    check_may_invite(tx, group, me, requester.now)
    return [branch_entity(one, requester.now) for one in invitation_tree(tx, group, me)]


def branch_entity(branch: Branch, now: int) -> Entity:
    """An invitation with what hangs below it; its code is shown once, when it is made."""
    held = branch.invitation
    return {
        "id": str(held.id),
        "inviter": optional_person(branch.inviter),
        "signed": held.signed,
        "uses": held.uses,
        "uses_left": held.uses_left,
        "created_at": instant(held.created_at),
        "ends_at": instant(held.ends_at),
        "revoked_at": optional_instant(held.revoked_at),
        "is_open": held.is_open(now),
        "people": person_entities(branch.people),
        "below": [branch_entity(one, now) for one in branch.below],
    }


async def post_invitation(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:name/invitations`: the link is told this once."""
    params, name = await read_params(request), request.match_info["name"]
    code = await write_as(request, do_invite, name, params)
    link = f"{request.app[SERVICES].config.node.url}/invitation/{code}"
    return json_reply({"link": link}, 201)


def do_invite(tx: Tx, requester: Requester, name: str, params: Params) -> str:
    me = requester.me.actor
    group = known_local(tx, "communities", name, me)
    wanted = Wanted(
        uses=(params.number("uses") or 0) if params.has("uses") else USES_USUAL,
        days=(params.number("days") or 0) if params.has("days") else DAYS_USUAL,
        signed=params.text("signed"),
    )
    return make_invitation(tx, group, me, wanted, requester.now)


async def delete_invitation(request: web.Request) -> web.Response:
    """`DELETE /api/hedgerow/v1/communities/:name/invitations/:id`, with all that hang below it."""
    name, number = request.match_info["name"], id_of(request.match_info["id"])
    return json_reply(await write_as(request, do_revoke, name, number))


def do_revoke(tx: Tx, requester: Requester, name: str, number: int | None) -> Entity:
    me = requester.me.actor
    group = known_local(tx, "communities", name, me)
    if number is None:
        raise NotFound
    return {"revoked": revoke_invitation(tx, group, me, number, requester.now)}
