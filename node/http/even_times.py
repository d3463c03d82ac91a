"""What may be hidden is answered at even times, so that how long it took says nothing (T94).

That something is there which the reader may not know of takes some queries more than that there is
nothing, a tenth of a millisecond or so, and whoever asks often enough can tell the two apart.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from math import floor

from aiohttp import hdrs, web

from node.http.services import SERVICES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

EVERY_S = 0.02
"""Far more than such an answer takes; one that takes longer comes with the next."""

ASKED_BY_NAME = (
    "/api/v1/accounts",
    "/api/v1/accounts/relationships",
    "/api/v1/accounts/search",
    "/api/v1/statuses",
    "/api/v2/search",
    "/find",
    "/new",
)
"""Where whoever asks says whom or what they mean, and is told with 200 that there is nothing."""


@web.middleware
async def answer_at_even_times(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Hold back an answer that says or may say that something is not there."""
    clock = request.app[SERVICES].clock
    began = clock.monotonic()
    reply = await handler(request)
    if may_hide(request, reply):
        gone_by = floor((clock.monotonic() - began) / EVERY_S)
        await clock.wait_until(began + (gone_by + 1) * EVERY_S)
    return reply


def may_hide(request: web.Request, reply: web.StreamResponse) -> bool:
    """Whether what an answer does not say could be read from the time that it took."""
    if reply.status == HTTPStatus.NOT_FOUND:
        return True
    is_reading = request.method in (hdrs.METH_GET, hdrs.METH_HEAD)
    return is_reading and request.path.rstrip("/") in ASKED_BY_NAME
