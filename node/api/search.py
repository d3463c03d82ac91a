"""Searching as the client API asks for it: people by name, anything by its address."""

from aiohttp import web

from federation.origin import is_iri
from node.api.account_entity import account_entities
from node.api.auth import Requester, read_as, read_open
from node.api.status_entity import status_entities
from node.api.timelines import tag_entity
from node.db.tx import Tx
from node.http.params import Params, read_params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES, Found
from node.inbox.resolve import found_at
from node.topics.members.store import relations
from node.topics.posts.views import post_views
from node.topics.search.store import actors_found, actors_named
from node.topics.search.tags import tags_found

LIMIT, LIMIT_MAX = 20, 40
QUERY_CHARACTERS_MAX = 2_048
NOTHING = Found()


def query_in(params: Params) -> str:
    """What is searched for, cut at 2,048 characters."""
    return params.text("q").strip()[:QUERY_CHARACTERS_MAX]


async def resolved(request: web.Request, params: Params) -> Found:
    """Who or what a query leads to, asked of other nodes where `resolve` says so.

    Raises:
        Unauthorised: a visitor wants other nodes to be asked.
    """
    if not params.flag("resolve") or not query_in(params):
        return NOTHING
    await read_as(request, may_resolve)
    return await request.app[SERVICES].resolver.resolve(query_in(params))


def may_resolve(tx: Tx, requester: Requester) -> bool:
    return requester.reader is not None


async def get_search(request: web.Request) -> web.Response:
    """`GET /api/v2/search`; `resolve=true` asks other nodes, for people who are signed in."""
    params = await read_params(request)
    found = await resolved(request, params)
    return json_reply(await read_open(request, read_search, params, found))


def read_search(tx: Tx, requester: Requester, params: Params, found: Found) -> Entity:
    """What a query finds: who it leads to first, then those whose handle begins so."""
    kind, query = params.text("type"), query_in(params)
    if found == NOTHING and is_iri(query):
        found = found_at(tx, query)
    is_for_accounts, is_for_statuses = kind in ("", "accounts"), kind in ("", "statuses")
    return {
        "accounts": read_accounts(tx, requester, params, found) if is_for_accounts else [],
        "statuses": read_statuses(tx, requester, params, found) if is_for_statuses else [],
        "hashtags": read_hashtags(tx, requester, params) if kind in ("", "hashtags") else [],
    }


def read_hashtags(tx: Tx, requester: Requester, params: Params) -> list[Entity]:
    """The hashtags that begin with the query; those that only private posts have are not known."""
    if params.number("offset") or is_iri(query_in(params)):
        return []
    keys = tags_found(tx, query_in(params), params.limit(LIMIT, LIMIT_MAX))
    return [tag_entity(key, requester) for key in keys]


def read_accounts(tx: Tx, requester: Requester, params: Params, found: Found) -> list[Entity]:
    """The accounts of a search. Visitors find whom they can name, and list nobody (T70)."""
    query, limit, reader = query_in(params), params.limit(LIMIT, LIMIT_MAX), requester.reader
    if not query or params.number("offset"):
        return []
    actors = (
        actors_found(tx, query, found.actor_id, reader, limit)
        if reader
        else actors_named(tx, query, found.actor_id, reader)
    )
    if params.flag("following") and reader is not None:
        known = relations(tx, reader.id, [actor.id for actor in actors])
        actors = [actor for actor in actors if known[actor.id].following]
    entities = account_entities(tx, actors, requester)
    return [entities[actor.id] for actor in actors]


def read_statuses(tx: Tx, requester: Requester, params: Params, found: Found) -> list[Entity]:
    """The status that an address leads to, if the asker may see it."""
    if found.post_id is None or params.number("offset"):
        return []
    views = post_views(tx, [found.post_id], requester.reader)
    return list(status_entities(tx, list(views.values()), requester).values())


async def search_accounts(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/search`"""
    params = await read_params(request)
    found = await resolved(request, params)
    return json_reply(await read_as(request, read_accounts, params, found))
