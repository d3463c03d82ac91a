"""One address, two readers: the page for people, the document for other nodes."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from federation.documents.media_types import wants_activity
from node.http.services import SERVICES, SIGNER

FOR_A_SIGNER = "Accept, Cookie, Signature, Signature-Input"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def negotiated(document: Handler, page: Handler, *, is_who: bool = False) -> Handler:
    """A handler that answers with the document or the page, as `Accept` asks.

    `is_who` is for documents that say who somebody is.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        is_document = wants_activity(request.headers.get(hdrs.ACCEPT, ""))
        reply = await (for_peers(document, is_who=is_who) if is_document else page)(request)
        if reply.headers.get(hdrs.VARY) != FOR_A_SIGNER:
            reply.headers[hdrs.VARY] = "Accept, Cookie"
        return reply

    return handle


def for_peers(document: Handler, *, is_who: bool = False) -> Handler:
    """A handler that gives the document only to those who may read documents here.

    It finds who asks as `SIGNER` of the request. Where that must be said, nothing is cached (T55).
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        services = request.app[SERVICES]
        request[SIGNER] = await services.readers.check(request, is_who=is_who)
        reply = await document(request)
        if services.config.federation.authorized_fetch or services.peers.circle.is_closed:
            keep_private(reply)
        return reply

    return handle


def keep_private(reply: web.StreamResponse) -> None:
    """Have no cache keep what one reader may see and another may not (T55)."""
    reply.headers[hdrs.CACHE_CONTROL] = "private, no-store"
    reply.headers[hdrs.VARY] = FOR_A_SIGNER
