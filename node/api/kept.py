"""What the client API keeps in memory between requests; a restart may lose all of it."""

from dataclasses import dataclass, field

from aiohttp import web

from node.actors.counts import CountsKept
from node.api.rate_limits import Rates


@dataclass(slots=True)
class Kept:
    """The counts of actors that were shown lately, and who asked how often."""

    counts: CountsKept = field(default_factory=CountsKept)
    rates: Rates = field(default_factory=Rates)


KEPT: web.AppKey[Kept] = web.AppKey("kept", Kept)
