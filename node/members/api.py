"""Following as the client API asks for it: relationships, followers, requests."""

from collections.abc import Callable, Sequence

from aiohttp import web

from node.accounts.api import known_actor_id
from node.accounts.store import Person
from node.actors.api import account_entities
from node.actors.store import Actor
from node.api.asking import Asking, read_as, read_open, write_as
from node.api.params import Params, read_params
from node.api.reply import Entity, json_reply, paged_reply
from node.db.tx import Tx
from node.members.actions import accept_follow, follow, reject_follow, unfollow
from node.members.store import (
    Relation,
    follow_between,
    follow_requests,
    followers,
    following,
    relations,
)
from node.notifications.store import withdraw_notification

LIMIT, LIMIT_MAX, IDS_MAX = 40, 80, 100
Listing = Callable[[Tx, int, int, int | None, int | None], list[tuple[int, Actor]]]


def relationship_entity(actor_id: int, relation: Relation) -> Entity:
    """A `Relationship`."""
    return {
        "id": str(actor_id),
        "following": relation.following,
        "showing_reblogs": relation.following,
        "notifying": False,
        "languages": [],
        "followed_by": relation.followed_by,
        "blocking": False,
        "blocked_by": False,
        "muting": False,
        "muting_notifications": False,
        "requested": relation.requested,
        "requested_by": relation.requested_by,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }


def read_relationships(tx: Tx, asking: Asking, ids: Sequence[int]) -> list[Entity]:
    """What each of `ids` is to the asker, in that order."""
    found = relations(tx, asking.me.actor.id, ids)
    return [relationship_entity(one, found.get(one, Relation())) for one in ids]


async def get_relationships(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/relationships?id[]=`"""
    ids = (await read_params(request)).numbers("id")[:IDS_MAX]
    return json_reply(await read_as(request, "read:follows", read_relationships, ids))


Doing = Callable[[Tx, Person, Actor, int], None]


async def change(request: web.Request, doing: Doing) -> web.Response:
    """Do something about somebody, and answer with what they are to the asker now."""
    wanted = request.match_info["id"]
    other_id = await write_as(request, "write:follows", change_relation, wanted, doing)
    found = await read_as(request, "write:follows", read_relationships, [other_id])
    return json_reply(found[0])


def change_relation(tx: Tx, asking: Asking, text: str, doing: Doing) -> int:
    other = known_actor_id(tx, text)
    doing(tx, asking.me, other, asking.now)
    return other.id


async def post_follow(request: web.Request) -> web.Response:
    """`POST /api/v1/accounts/:id/follow`; a community is joined by it."""
    return await change(request, do_follow)


async def post_unfollow(request: web.Request) -> web.Response:
    """`POST /api/v1/accounts/:id/unfollow`; a community is left by it."""
    return await change(request, do_unfollow)


async def post_remove(request: web.Request) -> web.Response:
    """`POST /api/v1/accounts/:id/remove_from_followers`"""
    return await change(request, do_remove)


async def post_authorize(request: web.Request) -> web.Response:
    """`POST /api/v1/follow_requests/:id/authorize`"""
    return await change(request, do_accept)


async def post_reject(request: web.Request) -> web.Response:
    """`POST /api/v1/follow_requests/:id/reject`"""
    return await change(request, do_reject)


def do_follow(tx: Tx, person: Person, other: Actor, now: int) -> None:
    follow(tx, person.actor, other, now)


def do_unfollow(tx: Tx, person: Person, other: Actor, now: int) -> None:
    unfollow(tx, person.actor, other, now)


def do_remove(tx: Tx, person: Person, other: Actor, now: int) -> None:
    if follow_between(tx, other.id, person.actor.id) is not None:
        reject_follow(tx, person.actor, other, now)


def do_accept(tx: Tx, person: Person, other: Actor, now: int) -> None:
    accept_follow(tx, person.actor, other, now)
    withdraw_notification(tx, person.actor.id, ["follow_request"], other.id, 0)


def do_reject(tx: Tx, person: Person, other: Actor, now: int) -> None:
    reject_follow(tx, person.actor, other, now)
    withdraw_notification(tx, person.actor.id, ["follow_request"], other.id, 0)


async def get_followers(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id/followers`"""
    return await listed(request, followers, request.match_info["id"])


async def get_following(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id/following`"""
    return await listed(request, following, request.match_info["id"])


async def listed(request: web.Request, listing: Listing, whose: str) -> web.Response:
    params = await read_params(request)
    ids, entities = await read_open(request, "read:accounts", read_of, whose, listing, params)
    return paged_reply(request, entities, ids)


def read_of(
    tx: Tx, asking: Asking, whose: str, listing: Listing, params: Params
) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and accounts: to nobody but the one whose list it is (T87).

    Of somebody of another node we know only who of ours follows them, so that list is nobody's.
    """
    actor = known_actor_id(tx, whose)
    is_own = asking.reader is not None and asking.reader.id == actor.id
    return read_listed(tx, asking, actor, listing, params) if is_own else ([], [])


def read_listed(
    tx: Tx, asking: Asking, actor: Actor, listing: Listing, params: Params
) -> tuple[list[int], list[Entity]]:
    limit, after = params.limit(LIMIT, LIMIT_MAX), params.number("min_id")
    rows = listing(tx, actor.id, limit, params.number("max_id"), after or params.number("since_id"))
    entities = account_entities(tx, [one for _, one in rows], asking)
    return [follow_id for follow_id, _ in rows], [entities[one.id] for _, one in rows]


async def get_follow_requests(request: web.Request) -> web.Response:
    """`GET /api/v1/follow_requests`"""
    params = await read_params(request)
    ids, entities = await read_as(request, "read:follows", read_requests, params)
    return paged_reply(request, entities, ids)


def read_requests(tx: Tx, asking: Asking, params: Params) -> tuple[list[int], list[Entity]]:
    return read_listed(tx, asking, asking.me.actor, follow_requests, params)


async def get_familiar_followers(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/familiar_followers`: nobody is told whom others follow (T87)."""
    ids = (await read_params(request)).numbers("id")[:IDS_MAX]
    return json_reply(await read_as(request, "read:follows", read_familiar, ids))


def read_familiar(tx: Tx, asking: Asking, ids: list[int]) -> list[Entity]:
    return [{"id": str(one), "accounts": []} for one in ids]
