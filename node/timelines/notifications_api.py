"""Notifications as the client API asks for them."""

from collections.abc import Sequence

from aiohttp import web

from node.actors.api import COUNTS, account_entities
from node.actors.counts import CountsKept
from node.actors.store import Actor, actors_by_ids
from node.api.auth import person_with
from node.api.params import Params, id_of, read_params
from node.api.reply import Entity, instant, json_reply, paged_reply
from node.db.tx import Tx
from node.errors import NotFound
from node.notifications.store import (
    KINDS,
    Notification,
    clear,
    dismiss,
    notification,
    notifications,
    unread_count,
)
from node.posts.api import status_entities
from node.posts.views import post_views
from node.shell import SHELL

LIMIT, LIMIT_MAX = 40, 80
UNREAD, UNREAD_MAX = 100, 1_000


def notification_entities(
    tx: Tx,
    found: Sequence[Notification],
    reader: Actor,
    kept: CountsKept,
    origin: str,
    now: int,
) -> list[Entity]:
    """The `Notification` of each; one about a post that is gone or hidden is left out."""
    actors = actors_by_ids(tx, [one.from_id for one in found])
    accounts = account_entities(tx, actors.values(), kept, origin, now)
    views = post_views(tx, [one.post_id for one in found if one.post_id], reader)
    statuses = status_entities(tx, list(views.values()), kept, origin, now)
    entities = []
    for one in found:
        status = statuses.get(one.post_id) if one.post_id else None
        if one.from_id not in accounts or (one.post_id and status is None):
            continue
        entity: Entity = {
            "id": str(one.id),
            "type": one.kind,
            "created_at": instant(one.created_at),
            "group_key": f"ungrouped-{one.id}",
            "account": accounts[one.from_id],
        }
        entities.append(entity | {"status": status} if status else entity)
    return entities


async def get_notifications(request: web.Request) -> web.Response:
    """`GET /api/v1/notifications`, with `types[]`, `exclude_types[]` and `account_id`."""
    person = await person_with(request, "read:notifications")
    shell, params = request.app[SHELL], await read_params(request)
    ids, entities = await shell.db.read(
        read_notifications,
        person.actor,
        params,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return paged_reply(request, entities, ids)


def read_notifications(
    tx: Tx, reader: Actor, params: Params, kept: CountsKept, origin: str, now: int
) -> tuple[list[int], list[Entity]]:
    wanted, unwanted = params.texts("types") or list(KINDS), set(params.texts("exclude_types"))
    upwards = params.number("min_id")
    found = notifications(
        tx,
        reader.id,
        params.limit(LIMIT, LIMIT_MAX),
        before_id=params.number("max_id"),
        after_id=upwards or params.number("since_id"),
        kinds=[kind for kind in wanted if kind not in unwanted],
        oldest_first=upwards is not None,
    )
    by = params.number("account_id")
    if by is not None:
        found = [one for one in found if one.from_id == by]
    entities = notification_entities(tx, found, reader, kept, origin, now)
    return [one.id for one in found], entities


async def get_notification(request: web.Request) -> web.Response:
    """`GET /api/v1/notifications/:id`"""
    person = await person_with(request, "read:notifications")
    shell = request.app[SHELL]
    found = await shell.db.read(
        read_notification,
        person.actor,
        request.match_info["id"],
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(found)


def read_notification(
    tx: Tx, reader: Actor, text: str, kept: CountsKept, origin: str, now: int
) -> Entity:
    wanted = id_of(text)
    found = notification(tx, reader.id, wanted) if wanted is not None else None
    listed = [found] if found else []
    entities = notification_entities(tx, listed, reader, kept, origin, now)
    if not entities:
        raise NotFound("Record not found")
    return entities[0]


async def post_clear(request: web.Request) -> web.Response:
    """`POST /api/v1/notifications/clear`"""
    person = await person_with(request, "write:notifications")
    shell = request.app[SHELL]
    await shell.db.write(clear, person.actor.id, shell.clock.now())
    return json_reply({})


async def post_dismiss(request: web.Request) -> web.Response:
    """`POST /api/v1/notifications/:id/dismiss`"""
    person = await person_with(request, "write:notifications")
    shell, wanted = request.app[SHELL], id_of(request.match_info["id"])
    if wanted is None:
        raise NotFound("Record not found")
    await shell.db.write(dismiss, person.actor.id, wanted, shell.clock.now())
    return json_reply({})


async def get_unread_count(request: web.Request) -> web.Response:
    """`GET /api/v1/notifications/unread_count`"""
    person = await person_with(request, "read:notifications")
    shell, params = request.app[SHELL], await read_params(request)
    most = params.limit(UNREAD, UNREAD_MAX)
    return json_reply({"count": await shell.db.read(unread_count, person.actor.id, most)})
