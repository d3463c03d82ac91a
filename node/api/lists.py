"""Lists as apps know them: each community that somebody is in, here or elsewhere, is one.

They are made by joining and end by leaving; an app can read them and change none.
"""

from collections.abc import Sequence
from functools import partial

from aiohttp import web

from node.api.account_entity import account_entities
from node.api.auth import Requester, read_as, read_open
from node.api.timelines import page_of, read_timeline
from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.params import Params, id_of, read_params
from node.http.responses import Entity, json_reply, paged_reply
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_among
from node.topics.members.store import groups_of
from node.topics.timelines.store import Item, of_community

ABSENT = "Record not found"


async def get_lists(request: web.Request) -> web.Response:
    """`GET /api/v1/lists`"""
    return json_reply(await read_as(request, read_lists))


def read_lists(tx: Tx, requester: Requester) -> list[Entity]:
    return [list_entity(group) for group in own_groups(tx, requester)]


def own_groups(tx: Tx, requester: Requester) -> list[Actor]:
    """The communities that whoever asks is in or follows, and may know of."""
    me = requester.me.actor
    return known_among(tx, groups_of(tx, me.id), me)


def list_entity(group: Actor) -> Entity:
    """A `List`, which is a community; it has its id."""
    return {
        "id": str(group.id),
        "title": group.title,
        "replies_policy": "list",
        "exclusive": False,
    }


def own_group(tx: Tx, requester: Requester, text: str) -> Actor:
    """The community that a list of whoever asks is.

    Raises:
        NotFound: they are in no such one.
    """
    wanted = id_of(text)
    for group in own_groups(tx, requester):
        if group.id == wanted:
            return group
    raise NotFound(ABSENT)


async def get_list(request: web.Request) -> web.Response:
    """`GET /api/v1/lists/:id`"""
    return json_reply(await read_as(request, read_list, request.match_info["id"]))


def read_list(tx: Tx, requester: Requester, text: str) -> Entity:
    return list_entity(own_group(tx, requester, text))


async def get_accounts(request: web.Request) -> web.Response:
    """`GET /api/v1/lists/:id/accounts`: the community itself, and nobody who is in it (T87)."""
    return json_reply(await read_as(request, read_accounts, request.match_info["id"]))


def read_accounts(tx: Tx, requester: Requester, text: str) -> list[Entity]:
    group = own_group(tx, requester, text)
    return [account_entities(tx, [group], requester)[group.id]]


async def get_timeline(request: web.Request) -> web.Response:
    """`GET /api/v1/timelines/list/:id`: the conversations of a community."""
    params = await read_params(request)
    reading = partial(read_conversations, text=request.match_info["id"])
    ids, entities = await read_as(request, read_timeline, reading, params)
    return paged_reply(request, entities, ids)


def read_conversations(tx: Tx, requester: Requester, params: Params, text: str) -> Sequence[Item]:
    group = own_group(tx, requester, text)
    return of_community(tx, group.id, requester.reader, page_of(params))


async def get_of_account(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id/lists`: of a community, the list that it is; of people none."""
    return json_reply(await read_open(request, read_of_account, request.match_info["id"]))


def read_of_account(tx: Tx, requester: Requester, text: str) -> list[Entity]:
    if requester.person is None:
        return []
    wanted = id_of(text)
    return [list_entity(group) for group in own_groups(tx, requester) if group.id == wanted]
