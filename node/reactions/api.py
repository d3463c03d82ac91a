"""Favourites, boosts and bookmarks as the client API asks for them."""

from collections.abc import Callable

from aiohttp import web

from node.actors.api import account_entities
from node.actors.store import Actor
from node.api.asking import Asking, read_as, read_open, write_as
from node.api.params import read_params
from node.api.reply import Entity, json_reply, paged_reply
from node.db.tx import Tx
from node.posts.api import read_status, visible_post, wanted_status, with_boost
from node.posts.boosts import boost_of
from node.posts.entities import status_entities
from node.posts.views import post_views
from node.reactions.actions import (
    bookmark,
    boost,
    favourite,
    unbookmark,
    unboost,
    unfavourite,
)
from node.reactions.store import bookmarked, boosted_by, favourited, favourited_by

Doing = Callable[[Tx, Actor, int, int], object]
LIMIT, LIMIT_MAX, ACCOUNTS_MAX = 20, 40, 80


async def change(request: web.Request, scope: str, doing: Doing) -> web.Response:
    """Do something with a post, and answer with it as it is now.

    A boost's id stands for the post that was boosted, also when that boost is taken back by it.
    """
    post_id = await write_as(request, scope, change_post, request.match_info["id"], doing)
    return json_reply(await read_as(request, scope, read_status, str(post_id)))


def change_post(tx: Tx, asking: Asking, text: str, doing: Doing) -> int:
    post_id = wanted_status(tx, text).post_id
    doing(tx, asking.me.actor, post_id, asking.now)
    return post_id


def do_unbookmark(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    unbookmark(tx, me, post_id)


async def post_favourite(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses/:id/favourite`"""
    return await change(request, "write:favourites", favourite)


async def post_unfavourite(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses/:id/unfavourite`"""
    return await change(request, "write:favourites", unfavourite)


async def post_bookmark(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses/:id/bookmark`"""
    return await change(request, "write:bookmarks", bookmark)


async def post_unbookmark(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses/:id/unbookmark`"""
    return await change(request, "write:bookmarks", do_unbookmark)


async def post_unreblog(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses/:id/unreblog`"""
    return await change(request, "write:statuses", unboost)


async def post_reblog(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses/:id/reblog`: the boost, with the post inside."""
    wanted = request.match_info["id"]
    post_id = await write_as(request, "write:statuses", change_post, wanted, boost)
    return json_reply(await read_as(request, "write:statuses", read_own_boost, post_id))


def read_own_boost(tx: Tx, asking: Asking, post_id: int) -> Entity:
    inner = read_status(tx, asking, str(post_id))
    held = boost_of(tx, asking.me.actor.id, post_id)
    return with_boost(tx, asking, held, inner) if held else inner


Listing = Callable[[Tx, int, int, int | None], list[tuple[int, int]]]


async def kept_posts(request: web.Request, scope: str, listing: Listing) -> web.Response:
    params = await read_params(request)
    limit, before = params.limit(LIMIT, LIMIT_MAX), params.number("max_id")
    ids, entities = await read_as(request, scope, read_kept, listing, limit, before)
    return paged_reply(request, entities, ids, ways=("next",))


def read_kept(
    tx: Tx, asking: Asking, listing: Listing, limit: int, before: int | None
) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and statuses; those that are no longer the reader's to see are left out."""
    rows = listing(tx, asking.me.actor.id, limit, before)
    views = post_views(tx, [post_id for _, post_id in rows], asking.reader)
    entities = status_entities(tx, list(views.values()), asking)
    return [one for one, _ in rows], [entities[post] for _, post in rows if post in entities]


async def get_favourites(request: web.Request) -> web.Response:
    """`GET /api/v1/favourites`"""
    return await kept_posts(request, "read:favourites", favourited)


async def get_bookmarks(request: web.Request) -> web.Response:
    """`GET /api/v1/bookmarks`"""
    return await kept_posts(request, "read:bookmarks", bookmarked)


Reacting = Callable[[Tx, int, int, int | None], list[Actor]]


async def people_of(request: web.Request, reacting: Reacting) -> web.Response:
    wanted = request.match_info["id"]
    limit = (await read_params(request)).limit(LIMIT_MAX, ACCOUNTS_MAX)
    found = await read_open(request, "read:statuses", read_people, wanted, reacting, limit)
    return json_reply(found)


def read_people(tx: Tx, asking: Asking, text: str, reacting: Reacting, limit: int) -> list[Entity]:
    """Who did something with a post, the newest first; the post decides who may know."""
    actors = reacting(tx, visible_post(tx, asking, text).post.id, limit, None)
    entities = account_entities(tx, actors, asking)
    return [entities[actor.id] for actor in actors]


async def get_favourited_by(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/favourited_by`"""
    return await people_of(request, favourited_by)


async def get_reblogged_by(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/reblogged_by`"""
    return await people_of(request, boosted_by)
