"""How much the node is used, as others are told it: counted anew every ten minutes at most."""

from dataclasses import dataclass

from aiohttp import web

from node.http.services import SERVICES
from node.topics.timelines.node_usage import Usage, told_usage, usage

KEPT_S = 600


@dataclass(slots=True)
class UsageCache:
    """What was counted last, and until when that does: counting reads many rows."""

    usage: Usage | None = None
    until: int = 0


USAGE_CACHE: web.AppKey[UsageCache] = web.AppKey("usage", UsageCache)


async def counted_usage(request: web.Request) -> Usage:
    """What others are told of how much the node is used, at most ten minutes old (T103)."""
    kept, services = request.app[USAGE_CACHE], request.app[SERVICES]
    now = services.clock.now()
    if kept.usage is None or now >= kept.until:
        counted = await services.db.read(usage, now)
        kept.usage, kept.until = told_usage(counted), now + KEPT_S
    return kept.usage
