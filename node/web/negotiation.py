"""One address, two readers: the page for people, the document for other nodes."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from federation.documents.media_types import wants_activity

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def negotiated(document: Handler, page: Handler) -> Handler:
    """A handler that answers with the document or the page, as `Accept` asks."""

    async def handle(request: web.Request) -> web.StreamResponse:
        is_document = wants_activity(request.headers.get(hdrs.ACCEPT, ""))
        reply = await (document if is_document else page)(request)
        reply.headers[hdrs.VARY] = "Accept, Cookie"
        return reply

    return handle
