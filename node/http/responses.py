"""Answers of the client API: JSON, instants as clients read them, and the way to the next page."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from node.http.services import SERVICES

encode = msgspec.json.Encoder().encode
PAGING = frozenset(("max_id", "min_id", "since_id"))
PERSONAL = {hdrs.CACHE_CONTROL: "private, no-store"}
Entity = dict[str, Any]


def json_reply(value: Any, status: int = 200) -> web.Response:
    """A value as JSON, kept by nobody but the asker (T55)."""
    return web.Response(
        body=encode(value), status=status, content_type="application/json", headers=PERSONAL
    )


def paged_reply(
    request: web.Request,
    values: Any,
    ids: Sequence[int],
    ways: Sequence[str] = ("next", "prev"),
) -> web.Response:
    """A page of a list, with `Link` to the pages around it; `ids` are what it is paged by."""
    reply = json_reply(values)
    if ids:
        links = {"next": link(request, "max_id", ids[-1]), "prev": link(request, "min_id", ids[0])}
        reply.headers[hdrs.LINK] = ", ".join(f'<{links[way]}>; rel="{way}"' for way in ways)
    return reply


def link(request: web.Request, name: str, value: int) -> str:
    """The address of the page around, under our own configured address."""
    kept = [(key, one) for key, one in request.query.items() if key not in PAGING]
    origin = request.app[SERVICES].config.node.url
    return f"{origin}{request.path}?{urlencode([*kept, (name, str(value))])}"
