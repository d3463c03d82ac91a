"""Our own API for leaving: what one deleted and where it was, what one agreed to, one's things, the
end of an account, and of belonging to a community.

Whoever takes everything, or ends the account, says the password: a token that somebody lost is not
enough.
"""

from typing import Any

from aiohttp import web

from node.api.auth import Requester, read_as, write_as
from node.base.errors import Invalid, NotFound
from node.base.ids import new_token
from node.base.instants import instant, optional_instant
from node.db.tx import Tx
from node.http.params import Params, id_of, read_params
from node.http.responses import PERSONAL, Entity, json_reply
from node.http.services import SERVICES
from node.outbox.deletions import Deletion, Line, deletion_of, deletions_of, lines_of
from node.topics.accounts.consents import KIND_CHARACTERS_MAX, consents_of, withdraw_consent
from node.topics.accounts.sign_in import check_own_password
from node.topics.accounts.store import Person
from node.topics.communities.lookup import known_by_id
from node.topics.portability.archive import archive_json
from node.topics.portability.deletion import check_own_name, delete_own_account
from node.topics.portability.leave_community import CHOICES, leave_community

NEWEST = 2**63 - 1


async def get_deletions(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/deletions?before=`"""
    before = id_of(request.query.get("before", "")) or NEWEST
    return json_reply(await read_as(request, read_deletions, before))


def read_deletions(tx: Tx, requester: Requester, before: int) -> list[Entity]:
    found = deletions_of(tx, requester.me.actor.id, before)
    return [deletion_entity(one) for one in found]


def deletion_entity(one: Deletion) -> Entity:
    return {
        "id": str(one.id),
        "object": one.object_iri,
        "deleted_at": instant(one.created_at),
        "places": one.places,
        "open": one.open,
    }


async def get_deletion(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/deletions/:id`"""
    return json_reply(await read_as(request, read_deletion, int(request.match_info["id"])))


def read_deletion(tx: Tx, requester: Requester, deletion_id: int) -> Entity:
    found = deletion_of(tx, requester.me.actor.id, deletion_id)
    if found is None:
        raise NotFound
    return deletion_entity(found) | {"lines": [line_entity(one) for one in lines_of(tx, found.id)]}


def line_entity(one: Line) -> Entity:
    return {
        "host": one.host,
        "state": one.state,
        "since": instant(one.changed_at),
        "asked_at": instant(one.asked_at),
        "reached_at": optional_instant(one.reached_at),
        "read_at": optional_instant(one.read_at),
    }


async def get_consents(request: web.Request) -> web.Response:
    """`GET /api/hedgerow/v1/consents`"""
    return json_reply(await read_as(request, read_consents))


def read_consents(tx: Tx, requester: Requester) -> list[Entity]:
    return [
        {
            "to": one.kind,
            "wording": one.wording,
            "given_at": instant(one.given_at),
            "withdrawn_at": optional_instant(one.withdrawn_at),
        }
        for one in consents_of(tx, requester.me.account.id)
    ]


async def post_withdraw(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/consents/withdraw`"""
    kind = (await read_params(request)).text("to")[:KIND_CHARACTERS_MAX]
    return json_reply(await write_as(request, withdraw, kind))


def withdraw(tx: Tx, requester: Requester, kind: str) -> list[Entity]:
    withdraw_consent(tx, requester.me.account.id, kind, requester.now)
    return read_consents(tx, requester)


async def checked(request: web.Request, params: Params) -> Person:
    """Who asks, once they have said their password."""
    services, person = request.app[SERVICES], await read_as(request, who_asks)
    password = params.text("password")
    await check_own_password(services.db, services.clock, person.account.id, password)
    return person


def who_asks(tx: Tx, requester: Requester) -> Person:
    return requester.me


async def post_things(request: web.Request) -> web.StreamResponse:
    """`POST /api/hedgerow/v1/things`: all that is somebody's, as it is read."""
    person = await checked(request, await read_params(request))
    services = request.app[SERVICES]
    reply = web.StreamResponse(headers=PERSONAL)
    reply.content_type = "application/json"
    await reply.prepare(request)
    async for piece in archive_json(services.db, services.clock, person.account):
        await reply.write(piece.encode())
    await reply.write_eof()
    return reply


async def post_delete(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/account/delete`: for good, with the name and the password."""
    params = await read_params(request)
    person, services, key = await checked(request, params), request.app[SERVICES], new_token()
    check_own_name(person.account, params.text("name"))
    await services.db.write(delete_own_account, person.account, services.clock.now(), key)
    services.wake_sender()
    answer: dict[str, Any] = {"where_it_was": f"{services.config.node.url}/gone/{key}"}
    return json_reply(answer)


async def post_leave(request: web.Request) -> web.Response:
    """`POST /api/hedgerow/v1/communities/:id/leave`"""
    choice = (await read_params(request)).text("posts", "keep")
    return json_reply(await write_as(request, leave, int(request.match_info["id"]), choice))


def leave(tx: Tx, requester: Requester, group_id: int, choice: str) -> Entity:
    if choice not in CHOICES:
        raise Invalid(f"What becomes of posts is one of: {', '.join(CHOICES)}.")
    me = requester.me.actor
    leave_community(tx, me, known_by_id(tx, group_id, me), CHOICES[choice], requester.now)
    return {"left": str(group_id), "posts": choice}
