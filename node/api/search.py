"""Searching as the client API asks for it: people by name, posts by words, all by its address."""

from dataclasses import replace

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
from node.topics.actors.store import Actor
from node.topics.members.store import relations
from node.topics.posts.views import PostView, post_views
from node.topics.search.posts import PostQuestion, posts_found, question_asked
from node.topics.search.store import actors_found, actors_named
from node.topics.search.tags import tags_found

LIMIT, LIMIT_MAX = 20, 40
OFFSET_MAX = 200
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
    found, host = await resolved(request, params), request.app[SERVICES].config.host
    return json_reply(await read_open(request, read_search, params, found, host))


def read_search(tx: Tx, requester: Requester, params: Params, found: Found, host: str) -> Entity:
    """What a query finds: who it leads to first, then those whose handle begins so; posts by their
    words, for people who are signed in."""
    kind, query = params.text("type"), query_in(params)
    if found == NOTHING and is_iri(query):
        found = found_at(tx, query)
    is_for_accounts, is_for_statuses = kind in ("", "accounts"), kind in ("", "statuses")
    return {
        "accounts": read_accounts(tx, requester, params, found) if is_for_accounts else [],
        "statuses": read_statuses(tx, requester, params, found, host) if is_for_statuses else [],
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


def read_statuses(
    tx: Tx, requester: Requester, params: Params, found: Found, host: str
) -> list[Entity]:
    """The status that an address leads to, or those with the words that are looked for: as far as
    the asker may see them. What an address names is looked for nowhere else."""
    query, reader = query_in(params), requester.reader
    views: list[PostView] = []
    if found.post_id is not None and not params.number("offset"):
        views = list(post_views(tx, [found.post_id], reader).values())
    elif found == NOTHING and query and reader is not None and not is_iri(query):
        views = posts_asked(tx, question_asked(tx, query, reader, host), reader, params)
    return list(status_entities(tx, views, requester).values())


def posts_asked(tx: Tx, asked: PostQuestion, reader: Actor, params: Params) -> list[PostView]:
    """The part of the posts found that is asked for: by `max_id`, or by `offset` as far as 200;
    `account_id` is as `from:`."""
    offset, limit = params.number("offset") or 0, params.limit(LIMIT, LIMIT_MAX)
    if offset > OFFSET_MAX:
        return []
    author_id = params.number("account_id")
    if author_id is not None:
        asked = replace(asked, author_id=author_id)
    before = params.number("max_id")
    found = posts_found(tx, asked, reader, before_id=before, limit=offset + limit)
    return list(found.views[offset:])


async def search_accounts(request: web.Request) -> web.Response:
    """`GET /api/v1/accounts/search`"""
    params = await read_params(request)
    found = await resolved(request, params)
    return json_reply(await read_as(request, read_accounts, params, found))
