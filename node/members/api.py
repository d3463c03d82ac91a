"""Following as the client API asks for it: relationships, followers, requests."""

from collections.abc import Callable, Sequence

from aiohttp import web

from node.accounts.api import known_actor_id
from node.accounts.store import Person
from node.actors.api import COUNTS, account_entities
from node.actors.counts import CountsKept
from node.actors.store import Actor
from node.api.auth import person_asking, person_with
from node.api.params import Params, read_params
from node.api.reply import Entity, json_reply, paged_reply
from node.db.tx import Tx
from node.errors import NotFound
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
from node.shell import SHELL

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


def read_relationships(tx: Tx, me_id: int, ids: Sequence[int]) -> list[Entity]:
    """What each of `ids` is to me, in that order."""
    found = relations(tx, me_id, ids)
    return [relationship_entity(one, found.get(one, Relation())) for one in ids]


async def get_relationships(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/relationships?id[]=`"""
    person = await person_with(request, "read:follows")
    params = await read_params(request)
    ids = params.numbers("id")[:IDS_MAX]
    shell = request.app[SHELL]
    return json_reply(await shell.db.read(read_relationships, person.actor.id, ids))


Doing = Callable[[Tx, Person, Actor, int], None]


async def change(request: web.Request, scope: str, doing: Doing) -> web.Response:
    """Do something about somebody, and answer with what they are to me now."""
    person = await person_with(request, scope)
    shell = request.app[SHELL]
    other_id = await shell.db.write(
        change_relation, person, request.match_info["id"], doing, shell.clock.now()
    )
    shell.wake_sender()
    found = await shell.db.read(read_relationships, person.actor.id, [other_id])
    return json_reply(found[0])


def change_relation(tx: Tx, person: Person, text: str, doing: Doing, now: int) -> int:
    other = known_actor_id(tx, text)
    doing(tx, person, other, now)
    return other.id


async def post_follow(request: web.Request) -> web.Response:
    """`POST /api/v1/accounts/:id/follow`; a community is joined by it."""
    return await change(request, "write:follows", do_follow)


async def post_unfollow(request: web.Request) -> web.Response:
    """`POST /api/v1/accounts/:id/unfollow`; a community is left by it."""
    return await change(request, "write:follows", do_unfollow)


async def post_remove(request: web.Request) -> web.Response:
    """`POST /api/v1/accounts/:id/remove_from_followers`"""
    return await change(request, "write:follows", do_remove)


async def post_authorize(request: web.Request) -> web.Response:
    """`POST /api/v1/follow_requests/:id/authorize`"""
    return await change(request, "write:follows", do_accept)


async def post_reject(request: web.Request) -> web.Response:
    """`POST /api/v1/follow_requests/:id/reject`"""
    return await change(request, "write:follows", do_reject)


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


async def listed(
    request: web.Request, params: Params, listing: Listing, me: Actor | None, whose: str | None
) -> web.Response:
    shell = request.app[SHELL]
    ids, entities = await shell.db.read(
        read_listed,
        listing,
        whose,
        me,
        params,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return paged_reply(request, entities, ids)


def read_listed(
    tx: Tx,
    listing: Listing,
    whose: str | None,
    me: Actor | None,
    params: Params,
    kept: CountsKept,
    origin: str,
    now: int,
) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and accounts; who follows one of ours is for that one alone (T87)."""
    actor = known_actor_id(tx, whose) if whose is not None else me
    if actor is None:
        raise NotFound("Record not found")
    if actor.local and (me is None or me.id != actor.id):
        return [], []
    after = params.number("min_id") or params.number("since_id")
    rows = listing(tx, actor.id, params.limit(LIMIT, LIMIT_MAX), params.number("max_id"), after)
    entities = account_entities(tx, [one for _, one in rows], kept, origin, now)
    return [follow_id for follow_id, _ in rows], [entities[one.id] for _, one in rows]


async def get_followers(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id/followers`"""
    person = await person_asking(request)
    params, me = await read_params(request), person.actor if person else None
    return await listed(request, params, followers, me, request.match_info["id"])


async def get_following(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/:id/following`"""
    person = await person_asking(request)
    params, me = await read_params(request), person.actor if person else None
    return await listed(request, params, following, me, request.match_info["id"])


async def get_follow_requests(request: web.Request) -> web.Response:
    """`GET /api/v1/follow_requests`"""
    person = await person_with(request, "read:follows")
    return await listed(request, await read_params(request), follow_requests, person.actor, None)


async def get_familiar_followers(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/familiar_followers`: nobody is told whom others follow."""
    await person_with(request, "read:follows")
    params = await read_params(request)
    return json_reply([{"id": str(one), "accounts": []} for one in params.numbers("id")[:IDS_MAX]])
