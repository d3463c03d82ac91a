"""Blocks and mutes as the client API asks for them: doing, undoing, and one's own lists."""

from aiohttp import web

from node.api.accounts import known_actor_id
from node.api.auth import Requester, read_as, write_as
from node.api.members import read_listed, read_relationships
from node.base.instants import optional_instant
from node.db.tx import Tx
from node.http.params import Params, read_params
from node.http.responses import Entity, json_reply, paged_reply
from node.topics.blocks.store import asides, blocked_by, muted_by
from node.topics.members.mutes import mute, mute_of


async def get_blocks(request: web.Request) -> web.Response:
    """`GET /api/v1/blocks`: one's own, which nobody else is shown (T99)."""
    params = await read_params(request)
    ids, entities = await read_as(request, read_blocks, params)
    return paged_reply(request, entities, ids)


def read_blocks(tx: Tx, requester: Requester, params: Params) -> tuple[list[int], list[Entity]]:
    return read_listed(tx, requester, requester.me.actor, blocked_by, params)


async def get_mutes(request: web.Request) -> web.Response:
    """`GET /api/v1/mutes`: one's own, each with when it ends."""
    params = await read_params(request)
    ids, entities = await read_as(request, read_mutes, params)
    return paged_reply(request, entities, ids)


def read_mutes(tx: Tx, requester: Requester, params: Params) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and `MutedAccount` entities."""
    me = requester.me.actor
    ids, entities = read_listed(tx, requester, me, muted_by, params)
    known = asides(tx, me.id, [int(one["id"]) for one in entities])
    return ids, [
        one | {"mute_expires_at": optional_instant(held.until if held else None)}
        for one in entities
        for held in [known[int(one["id"])].mute]
    ]


async def post_mute(request: web.Request) -> web.Response:
    """`POST /api/v1/accounts/:id/mute`: `duration` in seconds, 0 for good; `notifications`."""
    params = await read_params(request)
    other_id = await write_as(request, do_mute, request.match_info["id"], params)
    return json_reply((await read_as(request, read_relationships, [other_id]))[0])


def do_mute(tx: Tx, requester: Requester, text: str, params: Params) -> int:
    other, now = known_actor_id(tx, text, requester.reader), requester.now
    wanted = mute_of(
        params.number("duration") or 0,
        now,
        hides_notifications=params.flag("notifications", default=True),
    )
    mute(tx, requester.me.actor, other, wanted, now)
    return other.id
