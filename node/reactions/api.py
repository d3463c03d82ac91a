"""Favourites, boosts and bookmarks as the client API asks for them."""

from collections.abc import Callable

from aiohttp import web

from node.actors.api import COUNTS, account_entities
from node.actors.counts import CountsKept
from node.actors.store import Actor
from node.api.auth import person_asking, person_with
from node.api.params import Params, read_params
from node.api.reply import Entity, json_reply, paged_reply
from node.db.tx import Tx
from node.posts.api import boosted_entity, post_id_of, status_entities, status_for
from node.posts.boosts import boost_of
from node.posts.views import post_view, post_views
from node.reactions.actions import (
    bookmark,
    boost,
    favourite,
    unbookmark,
    unboost,
    unfavourite,
)
from node.reactions.store import bookmarked, boosted_by, favourited, favourited_by
from node.shell import SHELL

Doing = Callable[[Tx, Actor, int, int], None]
LIMIT, LIMIT_MAX, ACCOUNTS_MAX = 20, 40, 80


async def change(request: web.Request, scope: str, doing: Doing) -> web.Response:
    """Do something with a post, and answer with it as it is now."""
    person = await person_with(request, scope)
    shell, text = request.app[SHELL], request.match_info["id"]
    await shell.db.write(change_post, person.actor, text, doing, shell.clock.now())
    shell.wake_sender()
    return json_reply(await status_for(request, text, person.actor))


def change_post(tx: Tx, me: Actor, text: str, doing: Doing, now: int) -> None:
    doing(tx, me, post_id_of(tx, text), now)


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
    person = await person_with(request, "write:statuses")
    shell = request.app[SHELL]
    now = shell.clock.now()
    post_id = await shell.db.write(boost_for, person.actor, request.match_info["id"], now)
    shell.wake_sender()
    return json_reply(
        await shell.db.read(
            read_boost, person.actor, post_id, request.app[COUNTS], shell.config.node.url, now
        )
    )


def boost_for(tx: Tx, me: Actor, text: str, now: int) -> int:
    post_id = post_id_of(tx, text)
    boost(tx, me, post_id, now)
    return post_id


def read_boost(tx: Tx, me: Actor, post_id: int, kept: CountsKept, origin: str, now: int) -> Entity:
    view, held = post_view(tx, post_id, me), boost_of(tx, me.id, post_id)
    inner = status_entities(tx, [view], kept, origin, now)[post_id]
    if held is None:
        return inner
    booster = account_entities(tx, [me], kept, origin, now)[me.id]
    return boosted_entity(held.id, held.created_at, booster, inner, held.iri)


Listing = Callable[[Tx, int, int, int | None], list[tuple[int, int]]]


async def kept_posts(request: web.Request, scope: str, listing: Listing) -> web.Response:
    person = await person_with(request, scope)
    shell, params = request.app[SHELL], await read_params(request)
    ids, entities = await shell.db.read(
        read_kept,
        person.actor,
        listing,
        params,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return paged_reply(request, entities, ids)


def read_kept(
    tx: Tx, me: Actor, listing: Listing, params: Params, kept: CountsKept, origin: str, now: int
) -> tuple[list[int], list[Entity]]:
    rows = listing(tx, me.id, params.limit(LIMIT, LIMIT_MAX), params.number("max_id"))
    views = post_views(tx, [post_id for _, post_id in rows], me)
    entities = status_entities(tx, list(views.values()), kept, origin, now)
    return [one for one, _ in rows], [entities[post] for _, post in rows if post in entities]


async def get_favourites(request: web.Request) -> web.Response:
    """`GET /api/v1/favourites`"""
    return await kept_posts(request, "read:favourites", favourited)


async def get_bookmarks(request: web.Request) -> web.Response:
    """`GET /api/v1/bookmarks`"""
    return await kept_posts(request, "read:bookmarks", bookmarked)


Reacting = Callable[[Tx, int, int, int | None], list[Actor]]


async def people_of(request: web.Request, reacting: Reacting) -> web.Response:
    person = await person_asking(request)
    shell, params = request.app[SHELL], await read_params(request)
    found = await shell.db.read(
        read_people,
        request.match_info["id"],
        person.actor if person else None,
        reacting,
        params.limit(LIMIT_MAX, ACCOUNTS_MAX),
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(found)


def read_people(
    tx: Tx,
    text: str,
    reader: Actor | None,
    reacting: Reacting,
    limit: int,
    kept: CountsKept,
    origin: str,
    now: int,
) -> list[Entity]:
    post_id = post_view(tx, post_id_of(tx, text), reader).post.id
    actors = reacting(tx, post_id, limit, None)
    entities = account_entities(tx, actors, kept, origin, now)
    return [entities[actor.id] for actor in actors]


async def get_favourited_by(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/favourited_by`"""
    return await people_of(request, favourited_by)


async def get_reblogged_by(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/reblogged_by`"""
    return await people_of(request, boosted_by)
