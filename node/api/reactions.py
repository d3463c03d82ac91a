"""Favourites, boosts and bookmarks as the client API asks for them."""

from collections.abc import Callable

from aiohttp import web

from node.api.account_entity import account_entities
from node.api.auth import Requester, read_as, read_open, write_as
from node.api.posts import read_status, visible_post, wanted_status, with_boost
from node.api.status_entity import status_entities
from node.db.tx import Tx
from node.http.params import read_params
from node.http.problems import Handler
from node.http.responses import Entity, json_reply, paged_reply
from node.topics.actors.store import Actor
from node.topics.blocks.store import not_apart
from node.topics.permissions.clinics import CLINIC
from node.topics.permissions.kept_out import note_kept_out
from node.topics.posts.views import post_views
from node.topics.reactions.actions import boost
from node.topics.reactions.boosts import boost_of

Doing = Callable[[Tx, Actor, int, int], object]
LIMIT, LIMIT_MAX, ACCOUNTS_MAX = 20, 40, 80


def change(doing: Doing) -> Handler:
    """What does something with a post, and answers with it as it is now.

    A boost's id stands for the post that was boosted, also when that boost is taken back by it.
    """

    async def handle(request: web.Request) -> web.Response:
        post_id = await write_as(request, change_post, request.match_info["id"], doing)
        return json_reply(await read_as(request, read_status, str(post_id)))

    return handle


def change_post(tx: Tx, requester: Requester, text: str, doing: Doing) -> int:
    post_id = wanted_status(tx, text).post_id
    doing(tx, requester.me.actor, post_id, requester.now)
    return post_id


async def post_reblog(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses/:id/reblog`: the boost, with the post inside."""
    wanted = request.match_info["id"]
    post_id = await write_as(request, change_post, wanted, boost)
    return json_reply(await read_as(request, read_own_boost, post_id))


def read_own_boost(tx: Tx, requester: Requester, post_id: int) -> Entity:
    inner = read_status(tx, requester, str(post_id))
    held = boost_of(tx, requester.me.actor.id, post_id)
    return with_boost(tx, requester, held, inner) if held else inner


Listing = Callable[[Tx, int, int, int | None], list[tuple[int, int]]]


def kept_posts(listing: Listing) -> Handler:
    """What lists the posts that the asker has kept in some way, the newest first."""

    async def handle(request: web.Request) -> web.Response:
        params = await read_params(request)
        limit, before = params.limit(LIMIT, LIMIT_MAX), params.number("max_id")
        ids, entities = await read_as(request, read_kept, listing, limit, before)
        return paged_reply(request, entities, ids, ways=("next",))

    return handle


def read_kept(
    tx: Tx, requester: Requester, listing: Listing, limit: int, before: int | None
) -> tuple[list[int], list[Entity]]:
    """Ids to page by, and statuses; those that are no longer the reader's to see are left out."""
    rows = listing(tx, requester.me.actor.id, limit, before)
    views = post_views(tx, [post_id for _, post_id in rows], requester.reader)
    entities = status_entities(tx, list(views.values()), requester)
    return [one for one, _ in rows], [entities[post] for _, post in rows if post in entities]


Reacting = Callable[[Tx, int, int, int | None], list[Actor]]


def people_of(reacting: Reacting) -> Handler:
    """What lists who did something with a post."""

    async def handle(request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        limit = (await read_params(request)).limit(LIMIT_MAX, ACCOUNTS_MAX)
        return json_reply(await read_open(request, read_people, wanted, reacting, limit))

    return handle


def read_people(
    tx: Tx, requester: Requester, text: str, reacting: Reacting, limit: int
) -> list[Entity]:
    """Who did something with a post, the newest first; the post decides who may know.

    Whom a block parts from the asker is left out; an organisation learns of nobody.
    """
    post_id = visible_post(tx, requester, text).post.id
    if requester.reader is not None and requester.reader.kind == CLINIC:
        note_kept_out("see_readers", CLINIC, requester.reader.host)
        return []
    found = reacting(tx, post_id, limit, None)
    actors = not_apart(tx, requester.reader, found)
    entities = account_entities(tx, actors, requester)
    return [entities[actor.id] for actor in actors]
