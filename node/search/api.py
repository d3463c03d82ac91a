"""Searching as the client API asks for it: people by name, anything by its address."""

from aiohttp import web

from node.actors.api import COUNTS, account_entities
from node.actors.counts import CountsKept
from node.actors.store import Actor, actor_by_handle, actor_by_id, find_actors
from node.api.auth import person_asking, person_with
from node.api.params import Params, read_params
from node.api.reply import Entity, json_reply
from node.db.tx import Tx
from node.members.store import relations
from node.posts.api import status_entities
from node.posts.views import post_views
from node.shell import SHELL, Found

LIMIT, LIMIT_MAX = 20, 40
QUERY_CHARACTERS_MAX = 2_048


async def get_search(request: web.Request) -> web.Response:
    """`GET /api/v2/search`; `resolve=true` asks other nodes, for people who are signed in."""
    person = await person_asking(request)
    shell, params = request.app[SHELL], await read_params(request)
    query = params.text("q").strip()[:QUERY_CHARACTERS_MAX]
    found = Found()
    if query and person is not None and params.flag("resolve"):
        found = await shell.resolver.resolve(query)
    result = await shell.db.read(
        read_search,
        query,
        params,
        found,
        person.actor if person else None,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(result)


def read_search(
    tx: Tx,
    query: str,
    params: Params,
    found: Found,
    reader: Actor | None,
    kept: CountsKept,
    origin: str,
    now: int,
) -> Entity:
    """What a query finds: who it leads to first, then those whose handle begins so."""
    kind, limit = params.text("type"), params.limit(LIMIT, LIMIT_MAX)
    accounts: list[Entity] = []
    statuses: list[Entity] = []
    if kind in ("", "accounts") and query:
        actors = actors_found(tx, query, found, limit)
        if params.flag("following") and reader is not None:
            known = relations(tx, reader.id, [actor.id for actor in actors])
            actors = [actor for actor in actors if known[actor.id].following]
        entities = account_entities(tx, actors, kept, origin, now)
        accounts = [entities[actor.id] for actor in actors]
    if kind in ("", "statuses") and found.post_id is not None:
        views = post_views(tx, [found.post_id], reader)
        statuses = list(status_entities(tx, list(views.values()), kept, origin, now).values())
    return {"accounts": accounts, "statuses": statuses, "hashtags": []}


def actors_found(tx: Tx, query: str, found: Found, limit: int) -> list[Actor]:
    listed: dict[int, Actor] = {}
    handle = query.removeprefix("@")
    exact = actor_by_handle(tx, handle) if "@" in handle else None
    led_to = actor_by_id(tx, found.actor_id) if found.actor_id is not None else None
    for actor in (led_to, exact):
        if actor is not None and actor.kind != "Application":
            listed[actor.id] = actor
    if not query.startswith(("https://", "http://")):
        for actor in find_actors(tx, handle, limit):
            listed.setdefault(actor.id, actor)
    return list(listed.values())[:limit]


async def search_accounts(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/search`"""
    person = await person_with(request, "read:accounts")
    shell, params = request.app[SHELL], await read_params(request)
    query = params.text("q").strip()[:QUERY_CHARACTERS_MAX]
    found = await shell.resolver.resolve(query) if params.flag("resolve") else Found()
    result = await shell.db.read(
        read_search,
        query,
        params,
        found,
        person.actor,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(result["accounts"])
