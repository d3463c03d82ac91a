"""How we are found: WebFinger, host-meta, NodeInfo; and whether we live and can serve."""

import msgspec
from aiohttp import hdrs, web

from federation.discovery.nodeinfo import (
    HOST_META_TYPE,
    VERSIONS,
    NodeInfo,
    render_host_meta,
    render_nodeinfo,
    render_nodeinfo_links,
)
from federation.discovery.webfinger import MEDIA_TYPE, Resource, read_resource, render_jrd
from federation.errors import Malformed
from node import __version__
from node.actors.documents import handle_of
from node.actors.store import Actor, actor_by_handle, actor_by_iri, instance_actor
from node.db.tx import Tx
from node.errors import BadRequest, NotFound
from node.shell import SHELL
from node.timelines.documents import Usage, usage
from node.web.documents import is_open

CACHE = "public, max-age=600"
ANYWHERE = {hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*"}
SOFTWARE = "hedgerow"
USAGE_S = 30 * 24 * 3_600


async def webfinger(request: web.Request) -> web.Response:
    """`/.well-known/webfinger`: 400 for no question, 404 for nobody of ours (RFC 7033)."""
    shell = request.app[SHELL]
    asked = request.query.getall("resource", [])
    if len(asked) != 1:
        raise BadRequest("Ask for one resource, such as acct:rose@group.example")
    try:
        resource = read_resource(asked[0])
    except Malformed as error:
        raise BadRequest(error.sentence) from error
    actor = await shell.db.read(actor_asked_for, resource, shell.config.node.url, shell.config.host)
    subscribe = f"{shell.config.node.url}/authorize_interaction?uri={{uri}}"
    is_server = resource.url.rstrip("/") == shell.config.node.url
    jrd = render_jrd(
        resource.url if is_server else f"acct:{handle_of(actor)}",
        actor=actor.iri,
        kind=actor.kind,
        page=actor.url if actor.kind != "Application" else None,
        subscribe=subscribe if actor.kind != "Application" else None,
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
        actor = actor_by_handle(tx, resource.handle)
    else:
        actor = None
    if actor is None or not actor.local or not is_open(tx, actor):
        raise NotFound("Nobody here goes by that name.")
    return actor


async def host_meta(request: web.Request) -> web.Response:
    """`/.well-known/host-meta`"""
    text = render_host_meta(request.app[SHELL].config.node.url)
    return web.Response(text=text, content_type=HOST_META_TYPE, headers=ANYWHERE)


async def nodeinfo_links(request: web.Request) -> web.Response:
    """`/.well-known/nodeinfo`"""
    origin = request.app[SHELL].config.node.url
    return json_response(render_nodeinfo_links(origin, f"{origin}/actor"), "application/json")


async def nodeinfo(request: web.Request) -> web.Response:
    """`/nodeinfo/2.0` and `/nodeinfo/2.1`; numbers are rounded, small ones absent (T103)."""
    shell = request.app[SHELL]
    asked = request.match_info["version"]
    if asked not in VERSIONS:
        raise NotFound
    counted: Usage = await shell.db.read(usage, shell.clock.now() - USAGE_S)
    info = NodeInfo(
        name=shell.config.node.name,
        software=SOFTWARE,
        version=".".join(__version__.split(".")[:2]),
        repository=None,
        users=counted.people or None,
        active_month=counted.active or None,
        active_half_year=counted.active or None,
        posts=counted.posts,
        open_registrations=False,
    )
    return json_response(render_nodeinfo(info, asked), "application/json")


async def healthz(request: web.Request) -> web.Response:
    """`/healthz`: the process is alive."""
    return web.Response(text="alive\n", headers={hdrs.CACHE_CONTROL: "no-store"})


async def readyz(request: web.Request) -> web.Response:
    """`/readyz`: the store answers. Busy (503) otherwise."""
    await request.app[SHELL].db.read(instance_actor)
    return web.Response(text="ready\n", headers={hdrs.CACHE_CONTROL: "no-store"})


def json_response(document: object, media_type: str) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(document),
        content_type=media_type,
        headers=ANYWHERE | {hdrs.CACHE_CONTROL: CACHE},
    )
