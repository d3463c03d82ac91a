"""What this node is, for whoever counts nodes (NodeInfo 2.0 and 2.1)."""

from aiohttp import web

from federation.discovery.nodeinfo import VERSIONS, NodeInfo, render_nodeinfo, render_nodeinfo_links
from node.base.errors import NotFound
from node.base.version import __version__
from node.documents.webfinger import json_response
from node.http.counted_usage import counted_usage
from node.http.services import SERVICES

SOFTWARE = "hedgerow"
CLIENT_API = "mastodon"
"""What apps are told to speak. The library megalodon (seen in 10.3.0) knows nodes by the names of
their software, and reads it in `metadata.upstream` of one that it does not know."""


async def nodeinfo_links(request: web.Request) -> web.Response:
    """`/.well-known/nodeinfo`"""
    origin = request.app[SERVICES].config.node.url
    return json_response(render_nodeinfo_links(origin, f"{origin}/actor"), "application/json")


async def nodeinfo(request: web.Request) -> web.Response:
    """`/nodeinfo/2.0` and `/nodeinfo/2.1`; numbers are rounded, small ones absent (T103)."""
    services = request.app[SERVICES]
    asked = request.match_info["version"]
    if asked not in VERSIONS:
        raise NotFound
    counted = await counted_usage(request)
    info = NodeInfo(
        name=services.config.node.name,
        software=SOFTWARE,
        version=".".join(__version__.split(".")[:2]),
        repository=None,
        users=counted.people or None,
        active_month=counted.active_month or None,
        active_half_year=counted.active_half_year or None,
        posts=counted.posts,
        open_registrations=False,
        upstream=CLIENT_API,
    )
    return json_response(render_nodeinfo(info, asked), "application/json")
