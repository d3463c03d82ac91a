"""A request to an inbox before anything in it is believed: what is read of it, and as what."""

import asyncio

from aiohttp import hdrs, web

from federation.documents.media_types import is_activity_type
from federation.limits import BYTES_PER_S_MIN, REQUEST_BODY_BYTES_MAX, SLOW_AFTER_S
from federation.origin import authority_of
from federation.signatures import Request
from node.base.errors import BadRequest, TooLarge, WrongType

BODY_S_MAX = 60.0


def check_envelope(request: web.Request) -> None:
    """Raise WrongType or TooLarge for what is not even read (T14, T53)."""
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise WrongType("Send the message uncompressed.")
    if not is_activity_type(request.headers.get(hdrs.CONTENT_TYPE, "")):
        raise WrongType("Send the message as application/activity+json.")
    if (request.content_length or 0) > REQUEST_BODY_BYTES_MAX:
        raise TooLarge(f"A message has at most {REQUEST_BODY_BYTES_MAX} bytes.")


async def read_body(request: web.Request) -> bytes:
    """The raw bytes of a message.

    Raises:
        TooLarge: there are more than 1 MiB.
        BadRequest: they come slower than 1 KiB a second (T52).
    """
    allowed_s = SLOW_AFTER_S + (request.content_length or REQUEST_BODY_BYTES_MAX) / BYTES_PER_S_MIN
    try:
        async with asyncio.timeout(min(allowed_s, BODY_S_MAX)):
            return await request.read()
    except TimeoutError:
        raise BadRequest("The message came too slowly.") from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge(f"A message has at most {REQUEST_BODY_BYTES_MAX} bytes.") from None


def message_of(request: web.Request, origin: str, body: bytes) -> Request:
    """The request as its signature sees it: under the origin that we are configured as (T4).

    A proxy may ask under a name of its own: what was signed for is our name, or another place.
    """
    if not request.raw_path.startswith("/"):
        raise BadRequest("Ask for a path of this node.")
    raw = request.raw_headers
    sent = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]
    headers = [(name, authority_of(origin) if name == "host" else value) for name, value in sent]
    return Request(request.method, origin + request.raw_path, headers, body)
