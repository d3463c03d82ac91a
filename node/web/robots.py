"""`/robots.txt`: whether search engines are let in at all."""

from aiohttp import web

from node.http.search_engines import OPEN, SHUT
from node.http.services import SERVICES


async def get_robots(request: web.Request) -> web.StreamResponse:
    """`/robots.txt`, as `[web] search_engines` says; what each page says counts beside it."""
    is_open = request.app[SERVICES].config.web.search_engines
    return web.Response(text=OPEN if is_open else SHUT, content_type="text/plain")
