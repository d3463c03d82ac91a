"""What the client API keeps in memory between requests; a restart may lose all of it."""

from dataclasses import dataclass, field

from aiohttp import web

from node.api.status_cache import StatusCache
from node.topics.actors.counts import CountsCache


@dataclass(slots=True)
class ApiCache:
    """The counts of actors, and the statuses shown lately."""

    counts: CountsCache = field(default_factory=CountsCache)
    statuses: StatusCache = field(default_factory=StatusCache)


API_CACHE: web.AppKey[ApiCache] = web.AppKey("kept", ApiCache)
