"""What the client API keeps in memory between requests; a restart may lose all of it."""

from dataclasses import dataclass, field

from aiohttp import web

from node.api.status_cache import StatusesKept
from node.topics.actors.counts import CountsKept


@dataclass(slots=True)
class Kept:
    """The counts of actors, and the statuses shown lately."""

    counts: CountsKept = field(default_factory=CountsKept)
    statuses: StatusesKept = field(default_factory=StatusesKept)


KEPT: web.AppKey[Kept] = web.AppKey("kept", Kept)
