"""What search engines are told: nothing of this place is for them, but what was opted in (T95)."""

from collections.abc import Iterable

from aiohttp import web

from node.http.problems import Handler
from node.topics.actors.store import Actor

ROBOTS_TAG = "X-Robots-Tag"
NOT_FOR_THEM = "noindex, nofollow"
FOR_THEM = "all"
SHUT = "User-agent: *\nDisallow: /\n"
OPEN = """User-agent: *
Disallow: /api/
Disallow: /invitation/
Disallow: /oauth/
Disallow: /seen/
Disallow: /settings/
"""


@web.middleware
async def keep_from_search(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say on every answer that it is not for search engines, unless a page says that it is."""
    reply = await handler(request)
    reply.headers.setdefault(ROBOTS_TAG, NOT_FOR_THEM)
    return reply


def may_index(*, setting: bool, authors: Iterable[Actor]) -> bool:
    """Whether a page may be found by search engines: if the node's keeper lets them in, and each
    whose words it shows has agreed."""
    return setting and all(author.indexable for author in authors)
