"""Asks an application inside the process, with no socket between."""

import asyncio
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from aiohttp import EMPTY_PAYLOAD, StreamReader, hdrs, web
from aiohttp.base_protocol import BaseProtocol
from multidict import CIMultiDict

from federation.documents.media_types import ACTIVITY_TYPE
from node.db.database import Database
from node.db.tx import Tx
from node.http.csrf import mac_of
from node.http.params import FORM
from node.http.services import Found
from node.leak_audit.readers import CSRF, Reader
from node.topics.accounts.sign_in import COOKIE
from node.topics.actors.handles import actor_named
from node.topics.actors.store import actor_by_iri
from node.topics.posts.store import post_id_at

SIGNED_BY = "X-Signed-By"
"""In an audit, who signs is said in this header: signatures have tests of their own."""

FORM_TOKEN = re.compile(r'name="token" value="[^"]*"')
"""It is another each time a page is drawn (`http/csrf.py`)."""

LEFT_OUT = frozenset((hdrs.DATE.lower(), "x-request-id"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: all that whoever asked can see."""

    status: int
    text: str

    def without(self, *words: str) -> "Answer":
        """The same with some words blotted out."""
        text = self.text
        for word in words:
            text = text.replace(word, "·")
        return Answer(self.status, text)


class SaidSigner:
    """Knows who signs a request by what it says; only for an audit, whose requests are its own."""

    async def check(self, request: web.Request, *, is_who: bool = False) -> str | None:
        """The iri that the request says, for documents that are not for everybody too."""
        return request.headers.get(SIGNED_BY)


class KnownHere:
    """Finds whom and what is stored here by handle or address, and asks nobody else."""

    def __init__(self, db: Database, host: str) -> None:
        self._db, self._host = db, host

    async def resolve(self, query: str) -> Found:
        """Who goes by a handle, or who or what lives at an address; also what is hidden, which is
        for whoever asked to find out."""
        return await self._db.read(found_here, query, self._host)

    async def read_anew(self, query: str) -> Found:
        """The same."""
        return await self.resolve(query)

    async def read_node(self, iri: str) -> None:
        """Nothing: no other node is asked."""


def found_here(tx: Tx, query: str, host: str) -> Found:
    actor = actor_by_iri(tx, query) or actor_named(tx, query.lstrip("@"), host)
    if actor is not None:
        return Found(actor_id=actor.id)
    return Found(post_id=post_id_at(tx, query))


async def ask(
    app: web.Application, method: str, path: str, reader: Reader, host: str, form: str | None = None
) -> Answer:
    """What the application answers to a reader, who sends nothing but the question; or a form, as
    from one of our own pages.

    The browser of a visitor does not say whence it comes: else their words were sealed into the
    answer, which is another one each time.
    """
    headers = CIMultiDict({hdrs.HOST: host, hdrs.ACCEPT_ENCODING: "identity"})
    if reader.is_node:
        headers[hdrs.ACCEPT] = ACTIVITY_TYPE
    if reader.signer:
        headers[SIGNED_BY] = reader.signer
        headers["Signature"] = 'keyId="said"'
    if reader.token and path.startswith(("/api/", "/oauth/")):
        headers[hdrs.AUTHORIZATION] = f"Bearer {reader.token}"
    elif reader.session:
        headers[hdrs.COOKIE] = f"{COOKIE}={reader.session}"
    payload: StreamReader = EMPTY_PAYLOAD
    if form is not None:
        payload = sent_form(f"{form}&token={form_token_of(reader)}", headers)
        if reader.session:
            headers["Sec-Fetch-Site"] = "same-origin"
    request = mocked(method, path, headers=headers, app=app, payload=payload, **connection())
    try:
        reply = await app._handle(request)
    except web.HTTPException as error:
        reply = error
    return Answer(reply.status, text_of(reply))


def mocked(*args: Any, **kwargs: Any) -> web.Request:
    """A request that came over no connection."""
    made: web.Request = import_module("aiohttp.test_utils").make_mocked_request(*args, **kwargs)
    return made


@cache
def connection() -> dict[str, Any]:
    """What a request hangs on, the same for all: making it anew each time would be dear."""
    made: Any = mocked("GET", "/")
    return {
        "transport": made.transport,
        "protocol": made.protocol,
        "writer": made._payload_writer,
    }


def form_token_of(reader: Reader) -> str:
    """What a page would have put into the form, for whoever is signed in."""
    return f"s.{mac_of(CSRF, 's')}" if reader.session else ""


def sent_form(form: str, headers: CIMultiDict[str]) -> StreamReader:
    """A form on its way in, with what a browser says of it put into `headers`."""
    body = form.encode()
    headers[hdrs.CONTENT_TYPE] = FORM
    headers[hdrs.CONTENT_LENGTH] = str(len(body))
    stream = StreamReader(BaseProtocol(asyncio.get_running_loop()), 2**16)
    stream.feed_data(body)
    stream.feed_eof()
    return stream


def text_of(reply: web.StreamResponse) -> str:
    lines = [f"{k}: {v}" for k, v in reply.headers.items() if k.lower() not in LEFT_OUT]
    body = getattr(reply, "body", None)
    shown = body.decode(errors="replace") if isinstance(body, bytes | bytearray) else ""
    shown = FORM_TOKEN.sub('name="token"', shown)
    return "\n".join([*lines, "", shown])
