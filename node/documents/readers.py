"""Notes which nodes read posts of ours, so that they hear when one is changed or deleted; and
which have read that one is gone."""

from typing import Any

from aiohttp import web

from federation.origin import authority_of
from node.http.services import SERVICES, SIGNER
from node.outbox.read_gone import note_read_gone, waits_for_reader
from node.outbox.receipts import note_readers, unread_by


async def note_reader(request: web.Request, *documents: Any) -> None:
    """The node that signed a request is given posts in these documents; nothing for a visitor."""
    signer, services = request[SIGNER], request.app[SERVICES]
    iris = [iri for one in documents if (iri := post_in(one)) is not None]
    if signer is None or not iris:
        return
    host = authority_of(signer)
    if fresh := await services.db.read(unread_by, iris, host):
        await services.db.write(note_readers, fresh, host, services.clock.now())


async def note_told_gone(request: web.Request, iri: str) -> None:
    """The node that signed a request is told that something of ours is not there any more."""
    signer, services = request[SIGNER], request.app[SERVICES]
    if signer is None:
        return
    host = authority_of(signer)
    if await services.db.read(waits_for_reader, iri, host):
        await services.db.write(note_read_gone, iri, host, services.clock.now())


def post_in(document: Any) -> str | None:
    """The address of the post that stands in a document with its words, however deep."""
    while isinstance(document, dict):
        if "content" in document or "source" in document:
            iri = document.get("id")
            return iri if isinstance(iri, str) else None
        document = document.get("object")
    return None
