"""Whether we live, and can serve."""

import asyncio

import structlog
from aiohttp import hdrs, web

from node.base.errors import Busy
from node.db.try_write import try_write, unwritable
from node.http.routes import Route, get
from node.http.services import SERVICES
from node.topics.actors.store import instance_actor

log = structlog.get_logger()

TRIED_AGAIN_S = 5.0
FULL_RETRY_AFTER_S = 30


class LastTry:
    """When writing was tried last and went well, so that asking often costs nothing."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = -TRIED_AGAIN_S


LAST_TRY: web.AppKey[LastTry] = web.AppKey("last_try", LastTry)


async def healthz(request: web.Request) -> web.Response:
    """`/healthz`: the process is alive."""
    return web.Response(text="alive\n", headers={hdrs.CACHE_CONTROL: "no-store"})


async def readyz(request: web.Request) -> web.Response:
    """`/readyz`: the store answers and takes what is written; tried once in five seconds.

    Raises:
        Busy: it does not (503).
    """
    services, last = request.app[SERVICES], request.app[LAST_TRY]
    await services.db.read(instance_actor)
    now = services.clock.monotonic()
    if now - last.at >= TRIED_AGAIN_S:
        await services.db.write(try_write, services.clock.now())
        wrong = await asyncio.to_thread(unwritable, services.config.data)
        if wrong is not None:
            log.error("data_folder_takes_nothing", reason=wrong)
            raise Busy("The data folder takes nothing.", FULL_RETRY_AFTER_S)
        last.at = now
    return web.Response(text="ready\n", headers={hdrs.CACHE_CONTROL: "no-store"})


ROUTES: tuple[Route, ...] = (get("/healthz", healthz), get("/readyz", readyz))
