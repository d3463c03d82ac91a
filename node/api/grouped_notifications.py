"""Notifications as newer apps ask for them, in groups; here each is a group of its own."""

from aiohttp import web

from node.api.auth import Requester, read_as, write_as
from node.api.notifications import ABSENT, do_dismiss, read_notification, read_notifications
from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.params import Params, read_params
from node.http.responses import Entity, json_reply, paged_reply

UNGROUPED = "ungrouped-"
POLICY: Entity = {
    "for_not_following": "accept",
    "for_not_followers": "accept",
    "for_new_accounts": "accept",
    "for_private_mentions": "accept",
    "for_limited_accounts": "accept",
    "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
}


async def get_grouped(request: web.Request) -> web.Response:
    """`GET /api/v2/notifications`"""
    params = await read_params(request)
    ids, grouped = await read_as(request, read_grouped, params)
    return paged_reply(request, grouped, ids)


def read_grouped(tx: Tx, requester: Requester, params: Params) -> tuple[list[int], Entity]:
    """Ids to page by, and the notifications as groups."""
    ids, entities = read_notifications(tx, requester, params)
    return ids, grouped_entity(entities)


def grouped_entity(entities: list[Entity]) -> Entity:
    """`Notification` entities as `GroupedNotificationsResults`: who and what is told once."""
    accounts = {one["account"]["id"]: one["account"] for one in entities}
    statuses = {one["status"]["id"]: one["status"] for one in entities if "status" in one}
    return {
        "accounts": list(accounts.values()),
        "statuses": list(statuses.values()),
        "notification_groups": [group_entity(one) for one in entities],
    }


def group_entity(one: Entity) -> Entity:
    about = {"status_id": one["status"]["id"]} if "status" in one else {}
    return about | {
        "group_key": one["group_key"],
        "notifications_count": 1,
        "type": one["type"],
        "most_recent_notification_id": int(one["id"]),
        "page_min_id": one["id"],
        "page_max_id": one["id"],
        "latest_page_notification_at": one["created_at"],
        "sample_account_ids": [one["account"]["id"]],
    }


def id_of_group(key: str) -> str:
    """The notification that a group's key means.

    Raises:
        NotFound: it is no key of ours.
    """
    if not key.startswith(UNGROUPED):
        raise NotFound(ABSENT)
    return key.removeprefix(UNGROUPED)


async def get_group(request: web.Request) -> web.Response:
    """`GET /api/v2/notifications/:group_key`"""
    key = request.match_info["key"]
    found = await read_as(request, read_only_one, key)
    return json_reply(grouped_entity([found]))


async def get_group_accounts(request: web.Request) -> web.Response:
    """`GET /api/v2/notifications/:group_key/accounts`"""
    key = request.match_info["key"]
    found = await read_as(request, read_only_one, key)
    return json_reply([found["account"]])


def read_only_one(tx: Tx, requester: Requester, key: str) -> Entity:
    """The one `Notification` of a group."""
    return read_notification(tx, requester, id_of_group(key))


async def post_dismiss_group(request: web.Request) -> web.Response:
    """`POST /api/v2/notifications/:group_key/dismiss`"""
    await write_as(request, dismiss_group, request.match_info["key"])
    return json_reply({})


def dismiss_group(tx: Tx, requester: Requester, key: str) -> None:
    do_dismiss(tx, requester, id_of_group(key))


async def get_policy(request: web.Request) -> web.Response:
    """`GET /api/v2/notifications/policy`: nothing is held back."""
    return json_reply(await read_as(request, read_policy))


def read_policy(tx: Tx, requester: Requester) -> Entity:
    return POLICY
