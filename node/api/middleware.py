"""Around every request of the client API: browsers of other sites may ask, nobody too often."""

from collections import OrderedDict
from dataclasses import dataclass

from aiohttp import hdrs, web

from node.accounts.store import hashed
from node.api.auth import token_in
from node.api.reply import instant
from node.errors import TooMany
from node.problems import Handler
from node.shell import SHELL

WINDOW_S = 300
KEPT_MAX = 50_000
CORS = {
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type, Idempotency-Key",
    hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: (
        "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
    ),
    hdrs.ACCESS_CONTROL_MAX_AGE: "86400",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests in five minutes, to paths that begin so, with one of the methods."""

    begins: str
    methods: frozenset[str]
    most: int


ANY = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))
LIMITS = (
    Limit("/sign-in", frozenset(("POST",)), 30),
    Limit("/oauth/token", frozenset(("POST",)), 60),
    Limit("/oauth/authorize", frozenset(("POST",)), 30),
    Limit("/api/v1/apps", frozenset(("POST",)), 30),
    Limit("/api/v1/statuses", frozenset(("DELETE",)), 60),
    Limit("/api/v2/search", ANY, 1_500),
    Limit("/api/", ANY, 7_500),
)
"""The one table of limits: per account where somebody is signed in, else per address (T56)."""


class Counting:
    """How many requests of each kind somebody made in the current five minutes."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str, int], int] = OrderedDict()

    def count(self, limit: Limit, who: str, now: int) -> int:
        """Count one more; how many there are now."""
        key = (limit.begins, who, now // WINDOW_S)
        self._counts[key] = self._counts.get(key, 0) + 1
        if len(self._counts) > KEPT_MAX:
            self._counts.popitem(last=False)
        return self._counts[key]


COUNTING: web.AppKey[Counting] = web.AppKey("counting", Counting)


def limit_for(method: str, path: str) -> Limit | None:
    """The first limit that a request falls under; case and slashes at the end do not matter."""
    plain = "/" + path.lower().strip("/")
    found = (one for one in LIMITS if method in one.methods and plain.startswith(one.begins))
    return next(found, None)


@web.middleware
async def limit_rate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what comes too often, and say how much is left."""
    limit = limit_for(request.method, request.path)
    if limit is None:
        return await handler(request)
    now = request.app[SHELL].clock.now()
    token = token_in(request)
    who = hashed(token) if token else str(request.get("client", "unknown"))
    count = request.app[COUNTING].count(limit, who, now)
    ends_at = (now // WINDOW_S + 1) * WINDOW_S
    if count > limit.most:
        raise TooMany("Too many requests. Wait a little.", ends_at - now)
    reply = await handler(request)
    reply.headers["X-RateLimit-Limit"] = str(limit.most)
    reply.headers["X-RateLimit-Remaining"] = str(limit.most - count)
    reply.headers["X-RateLimit-Reset"] = instant(ends_at)
    return reply


@web.middleware
async def allow_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let web apps of other sites ask; they show a token, cookies count for nothing here."""
    is_open = request.path.startswith(("/api/", "/oauth/token", "/oauth/revoke"))
    if not is_open:
        return await handler(request)
    reply = web.Response() if request.method == "OPTIONS" else await handler(request)
    reply.headers.update(CORS)
    return reply
