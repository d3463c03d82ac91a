"""One address, two readers: the page for people, the document for other nodes."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from federation.documents.media_types import wants_activity
from node.shell import SHELL

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def negotiated(document: Handler, page: Handler) -> Handler:
    """A handler that answers with the document or the page, as `Accept` asks."""

    async def handle(request: web.Request) -> web.StreamResponse:
        is_document = wants_activity(request.headers.get(hdrs.ACCEPT, ""))
        reply = await (for_peers(document) if is_document else page)(request)
        reply.headers[hdrs.VARY] = "Accept, Cookie"
        return reply

    return handle


def for_peers(document: Handler) -> Handler:
    """A handler that gives the document only to those who may read documents here."""

    async def handle(request: web.Request) -> web.StreamResponse:
        await request.app[SHELL].readers.check(request)
        return await document(request)

    return handle
