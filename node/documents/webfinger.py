"""How we are found: WebFinger, host-meta, NodeInfo; and whether we live and can serve."""

import msgspec
from aiohttp import hdrs, web

from federation.discovery.nodeinfo import HOST_META_TYPE, render_host_meta
from federation.discovery.webfinger import MEDIA_TYPE, Resource, read_question, render_jrd
from federation.errors import Malformed
from node.base.errors import BadRequest, NotFound
from node.db.tx import Tx
from node.http.services import SERVICES
from node.topics.actors.documents import handle_of
from node.topics.actors.handles import actor_named
from node.topics.actors.store import Actor, actor_by_iri, instance_actor
from node.topics.communities.permissions import is_known_to

CACHE = "public, max-age=600"
ANYWHERE = {hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*"}


async def webfinger(request: web.Request) -> web.Response:
    """`/.well-known/webfinger`: 400 for what is no URI, 404 for nobody of ours (RFC 7033)."""
    services = request.app[SERVICES]
    asked = request.query.getall("resource", [])
    if len(asked) != 1:
        raise BadRequest("Ask for one resource, such as acct:rose@group.example")
    try:
        resource = read_question(asked[0])
    except Malformed as error:
        raise BadRequest(error.sentence) from error
    if resource is None:
        raise NotFound("Nobody here goes by that name.")
    actor = await services.db.read(
        actor_asked_for, resource, services.config.node.url, services.config.host
    )
    subscribe = f"{services.config.node.url}/authorize_interaction?uri={{uri}}"
    is_server = resource.url.rstrip("/") == services.config.node.url
    jrd = render_jrd(
        resource.url if is_server else f"acct:{handle_of(actor)}",
        actor=actor.iri,
        kind=actor.kind,
        page=actor.url if not actor.is_our_node else None,
        subscribe=subscribe if not actor.is_our_node else None,
        is_server=is_server,
    )
    return json_response(jrd, MEDIA_TYPE)


def actor_asked_for(tx: Tx, resource: Resource, origin: str, host: str) -> Actor:
    """Our own actor that goes by a handle or lives at an address.

    Raises:
        NotFound: there is none.
    """
    if resource.url.rstrip("/") == origin or resource.handle == f"{host}@{host}":
        return instance_actor(tx)
    if resource.url:
        actor = actor_by_iri(tx, resource.url)
    elif resource.host == host:
        actor = actor_named(tx, resource.handle, host)
    else:
        actor = None
    if actor is None or not actor.local or not is_known_to(tx, actor, None):
        raise NotFound("Nobody here goes by that name.")
    return actor


async def host_meta(request: web.Request) -> web.Response:
    """`/.well-known/host-meta`"""
    text = render_host_meta(request.app[SERVICES].config.node.url)
    return web.Response(text=text, content_type=HOST_META_TYPE, headers=ANYWHERE)


def json_response(document: object, media_type: str) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(document),
        content_type=media_type,
        headers=ANYWHERE | {hdrs.CACHE_CONTROL: CACHE},
    )
