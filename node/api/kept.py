"""What the client API keeps in memory between requests; a restart may lose all of it."""

from dataclasses import dataclass, field

from aiohttp import web

from node.actors.counts import CountsKept
from node.api.rate_limits import Rates
from node.api.statuses_kept import StatusesKept


@dataclass(slots=True)
class Kept:
    """The counts of actors and the statuses shown lately, and who asked how often."""

    counts: CountsKept = field(default_factory=CountsKept)
    rates: Rates = field(default_factory=Rates)
    statuses: StatusesKept = field(default_factory=StatusesKept)


KEPT: web.AppKey[Kept] = web.AppKey("kept", Kept)
