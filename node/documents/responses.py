"""A document as an answer, which caches may keep for a minute."""

from hashlib import sha256
from typing import Any

import msgspec
from aiohttp import hdrs, web

from federation.documents.media_types import ACTIVITY_TYPE

Json = dict[str, Any]

CACHE = "public, max-age=60"
TAG_CHARACTERS = 32


def document_response(request: web.Request, document: Json) -> web.Response:
    """A document, which caches may keep for a minute; 304 to who has it already (FEP-f228)."""
    body = msgspec.json.encode(document)
    tag = sha256(body).hexdigest()[:TAG_CHARACTERS]
    headers = {hdrs.CACHE_CONTROL: CACHE, hdrs.VARY: "Accept", hdrs.ETAG: f'"{tag}"'}
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=ACTIVITY_TYPE, headers=headers)
