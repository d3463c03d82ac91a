"""Notifications as the client API asks for them."""

from collections.abc import Sequence

from aiohttp import web

from node.api.account_entity import account_entities
from node.api.auth import Requester, read_as, write_as
from node.api.status_entity import status_entities
from node.base.errors import NotFound
from node.base.instants import instant
from node.db.tx import Tx
from node.http.params import Params, id_of, read_params
from node.http.responses import Entity, json_reply, paged_reply
from node.topics.actors.store import actors_by_ids
from node.topics.notifications.store import (
    ID_MAX,
    KINDS,
    Notification,
    clear,
    dismiss,
    notification,
    notifications,
    unread_count,
)
from node.topics.posts.views import post_views

LIMIT, LIMIT_MAX = 40, 80
UNREAD, UNREAD_MAX = 100, 1_000
ABSENT = "Record not found"


def group_key(one: Notification) -> str:
    """The key of the group that a notification is in: each is one of its own here."""
    return f"ungrouped-{one.id}"


def notification_entities(
    tx: Tx, found: Sequence[Notification], requester: Requester
) -> list[Entity]:
    """The `Notification` of each; one about a post that is gone or hidden is left out."""
    actors = actors_by_ids(tx, [one.from_id for one in found])
    accounts = account_entities(tx, actors.values(), requester)
    views = post_views(tx, [one.post_id for one in found if one.post_id], requester.reader)
    statuses = status_entities(tx, list(views.values()), requester)
    entities = []
    for one in found:
        status = statuses.get(one.post_id) if one.post_id else None
        if one.from_id not in accounts or (one.post_id and status is None):
            continue
        entity: Entity = {
            "id": str(one.id),
            "type": one.kind,
            "created_at": instant(one.created_at),
            "group_key": group_key(one),
            "account": accounts[one.from_id],
        }
        entities.append(entity | {"status": status} if status else entity)
    return entities


async def get_notifications(request: web.Request) -> web.Response:
    """`GET /api/v1/notifications`, with `types[]`, `exclude_types[]` and `account_id`."""
    params = await read_params(request)
    ids, entities = await read_as(request, read_notifications, params)
    return paged_reply(request, entities, ids)


def read_notifications(
    tx: Tx, requester: Requester, params: Params
) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and notifications."""
    found = listed(tx, requester, params)
    return [one.id for one in found], notification_entities(tx, found, requester)


def listed(tx: Tx, requester: Requester, params: Params) -> list[Notification]:
    """The part of the asker's notifications that a client wants."""
    wanted, unwanted = params.texts("types") or list(KINDS), set(params.texts("exclude_types"))
    upwards, by = params.number("min_id"), params.number("account_id")
    if by is not None and not 0 < by <= ID_MAX:
        return []
    return notifications(
        tx,
        requester.me.actor.id,
        params.limit(LIMIT, LIMIT_MAX),
        before_id=params.number("max_id"),
        after_id=upwards or params.number("since_id"),
        kinds=[kind for kind in KINDS if kind in wanted and kind not in unwanted],
        from_id=by,
        oldest_first=upwards is not None,
    )


async def get_notification(request: web.Request) -> web.Response:
    """`GET /api/v1/notifications/:id`"""
    wanted = request.match_info["id"]
    return json_reply(await read_as(request, read_notification, wanted))


def read_notification(tx: Tx, requester: Requester, text: str) -> Entity:
    wanted = id_of(text)
    found = notification(tx, requester.me.actor.id, wanted) if wanted is not None else None
    entities = notification_entities(tx, [found] if found else [], requester)
    if not entities:
        raise NotFound(ABSENT)
    return entities[0]


async def post_clear(request: web.Request) -> web.Response:
    """`POST /api/v1/notifications/clear`"""
    await write_as(request, do_clear)
    return json_reply({})


def do_clear(tx: Tx, requester: Requester) -> None:
    clear(tx, requester.me.actor.id, requester.now)


async def post_dismiss(request: web.Request) -> web.Response:
    """`POST /api/v1/notifications/:id/dismiss`"""
    await write_as(request, do_dismiss, request.match_info["id"])
    return json_reply({})


def do_dismiss(tx: Tx, requester: Requester, text: str) -> None:
    wanted = id_of(text)
    if wanted is None:
        raise NotFound(ABSENT)
    dismiss(tx, requester.me.actor.id, wanted, requester.now)


async def get_unread_count(request: web.Request) -> web.Response:
    """`GET /api/v1/notifications/unread_count`"""
    most = (await read_params(request)).limit(UNREAD, UNREAD_MAX)
    return json_reply(await read_as(request, read_unread, most))


def read_unread(tx: Tx, requester: Requester, most: int) -> Entity:
    return {"count": unread_count(tx, requester.me.actor.id, most)}
