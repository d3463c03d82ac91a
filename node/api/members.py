"""Following as the client API asks for it: relationships, followers, requests."""

from collections.abc import Callable, Sequence

from aiohttp import web

from node.api.account_entity import account_entities
from node.api.accounts import known_actor_id
from node.api.auth import Requester, read_as, read_open, write_as
from node.base.instants import optional_instant
from node.db.tx import Tx
from node.http.params import Params, read_params
from node.http.problems import Handler
from node.http.responses import Entity, json_reply, paged_reply
from node.topics.actors.store import Actor
from node.topics.members.store import Relation, follow_requests, relations
from node.topics.permissions.clinics import CLINIC
from node.topics.permissions.kept_out import note_kept_out

LIMIT, LIMIT_MAX, IDS_MAX = 40, 80, 100
Listing = Callable[[Tx, int, int, int | None, int | None], list[tuple[int, Actor]]]


def relationship_entity(actor_id: int, relation: Relation) -> Entity:
    """A `Relationship`."""
    muted = relation.mute
    return {
        "id": str(actor_id),
        "following": relation.following,
        "showing_reblogs": relation.following,
        "notifying": False,
        "languages": [],
        "followed_by": relation.followed_by,
        "blocking": relation.blocking,
        "blocked_by": relation.blocked_by,
        "muting": muted is not None,
        "muting_notifications": muted is not None and muted.hides_notifications,
        "muting_expires_at": optional_instant(muted.until) if muted else None,
        "requested": relation.requested,
        "requested_by": relation.requested_by,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }


def read_relationships(tx: Tx, requester: Requester, ids: Sequence[int]) -> list[Entity]:
    """What each of `ids` is to the asker, in that order."""
    found = relations(tx, requester.me.actor.id, ids)
    return [relationship_entity(one, found.get(one, Relation())) for one in ids]


async def get_relationships(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/relationships?id[]=`"""
    ids = (await read_params(request)).numbers("id")[:IDS_MAX]
    return json_reply(await read_as(request, read_relationships, ids))


Doing = Callable[[Tx, Actor, Actor, int], None]


def change(doing: Doing) -> Handler:
    """What does something about somebody, and answers with what they are to the asker now."""

    async def handle(request: web.Request) -> web.Response:
        other_id = await write_as(request, change_relation, request.match_info["id"], doing)
        return json_reply((await read_as(request, read_relationships, [other_id]))[0])

    return handle


def change_relation(tx: Tx, requester: Requester, text: str, doing: Doing) -> int:
    other = known_actor_id(tx, text, requester.reader)
    doing(tx, requester.me.actor, other, requester.now)
    return other.id


def listed(listing: Listing) -> Handler:
    """What lists who is something to somebody."""

    async def handle(request: web.Request) -> web.Response:
        whose, params = request.match_info["id"], await read_params(request)
        ids, entities = await read_open(request, read_of, whose, listing, params)
        return paged_reply(request, entities, ids)

    return handle


def read_of(
    tx: Tx, requester: Requester, whose: str, listing: Listing, params: Params
) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and accounts: to nobody but the one whose list it is (T87), and not to an
    organisation, which does not learn who reads it.

    Of somebody of another node we know only who of ours follows them, so that list is nobody's.
    """
    actor = known_actor_id(tx, whose, requester.reader)
    is_own = requester.reader is not None and requester.reader.id == actor.id
    if actor.kind == CLINIC:
        if is_own:
            note_kept_out("see_readers", CLINIC, actor.host)
        return ([], [])
    return read_listed(tx, requester, actor, listing, params) if is_own else ([], [])


def read_listed(
    tx: Tx, requester: Requester, actor: Actor, listing: Listing, params: Params
) -> tuple[list[int], list[Entity]]:
    limit, after = params.limit(LIMIT, LIMIT_MAX), params.number("min_id")
    rows = listing(tx, actor.id, limit, params.number("max_id"), after or params.number("since_id"))
    entities = account_entities(tx, [one for _, one in rows], requester)
    return [follow_id for follow_id, _ in rows], [entities[one.id] for _, one in rows]


async def get_follow_requests(request: web.Request) -> web.Response:
    """`GET /api/v1/follow_requests`"""
    params = await read_params(request)
    ids, entities = await read_as(request, read_requests, params)
    return paged_reply(request, entities, ids)


def read_requests(tx: Tx, requester: Requester, params: Params) -> tuple[list[int], list[Entity]]:
    return read_listed(tx, requester, requester.me.actor, follow_requests, params)


async def get_familiar_followers(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/familiar_followers`: nobody is told whom others follow (T87)."""
    ids = (await read_params(request)).numbers("id")[:IDS_MAX]
    return json_reply(await read_as(request, read_familiar, ids))


def read_familiar(tx: Tx, requester: Requester, ids: list[int]) -> list[Entity]:
    return [{"id": str(one), "accounts": []} for one in ids]
