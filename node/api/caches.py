"""What the client API keeps in memory between requests; a restart may lose all of it."""

from collections import OrderedDict
from dataclasses import dataclass, field

from aiohttp import web

from node.http.responses import Entity, encode
from node.topics.actors.counts import CountsCache

KEPT_MAX = 1_000
PERSONAL = frozenset(("poll", "favourited", "reblogged", "bookmarked", "replies_count"))
Stamp = tuple[int | str | None, ...]


class StatusCache:
    """The statuses that were shown lately: (stamp, entity, its JSON without what is personal)."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Stamp, Entity, bytes]] = OrderedDict()

    def get(self, post_id: int, stamp: Stamp) -> tuple[Entity, bytes] | None:
        """The status of a post, if it has not changed since."""
        found = self._kept.get(post_id)
        if found is None or found[0] != stamp:
            return None
        self._kept.move_to_end(post_id)
        return found[1:]

    def put(self, post_id: int, stamp: Stamp, entity: Entity) -> tuple[Entity, bytes]:
        """Keep a status; the one shown longest ago makes room."""
        plain = {name: value for name, value in entity.items() if name not in PERSONAL}
        made = (plain | {"poll": entity["poll"]}, encode(plain)[:-1])
        self._kept[post_id] = (stamp, *made)
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return made


@dataclass(slots=True)
class ApiCache:
    """The counts of actors, and the statuses shown lately."""

    counts: CountsCache = field(default_factory=CountsCache)
    statuses: StatusCache = field(default_factory=StatusCache)


API_CACHE: web.AppKey[ApiCache] = web.AppKey("api_cache", ApiCache)
