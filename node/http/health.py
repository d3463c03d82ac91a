"""Whether we live, and can serve."""

from aiohttp import hdrs, web

from node.http.routes import Route, get
from node.http.services import SERVICES
from node.topics.actors.store import instance_actor


async def healthz(request: web.Request) -> web.Response:
    """`/healthz`: the process is alive."""
    return web.Response(text="alive\n", headers={hdrs.CACHE_CONTROL: "no-store"})


async def readyz(request: web.Request) -> web.Response:
    """`/readyz`: the store answers. Busy (503) otherwise."""
    await request.app[SERVICES].db.read(instance_actor)
    return web.Response(text="ready\n", headers={hdrs.CACHE_CONTROL: "no-store"})


ROUTES: tuple[Route, ...] = (get("/healthz", healthz), get("/readyz", readyz))
