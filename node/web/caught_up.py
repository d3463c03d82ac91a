"""Where somebody was when they last opened their home: above is new, below they have seen (D07).

The browser keeps it, not we: nothing here knows what anybody has read (T93).
"""

from aiohttp import web

from node.http.params import id_of
from node.http.services import SERVICES

READ_COOKIE = "hedgerow_read"
KEPT_S = 90 * 24 * 3_600


def edge_of(request: web.Request, actor_id: int) -> int | None:
    """The newest entry that was there last time; None where nobody knows.

    On the pages after the first it is what the first page was opened with.
    """
    if "before" in request.query:
        return id_of(request.query.get("new", ""))
    whose, _, entry = request.cookies.get(READ_COOKIE, "").partition("-")
    return id_of(entry) if whose == str(actor_id) else None


def note_newest(
    request: web.Request, reply: web.Response, actor_id: int, newest: int | None
) -> None:
    """Have the browser keep what was the newest entry on the first page."""
    if newest is None or "before" in request.query:
        return
    is_safe = request.app[SERVICES].config.node.url.startswith("https://")
    reply.set_cookie(
        READ_COOKIE,
        f"{actor_id}-{newest}",
        max_age=KEPT_S,
        httponly=True,
        samesite="Lax",
        secure=is_safe,
    )
