"""Web apps of other sites may ask the client API, and read its answers (CORS)."""

from aiohttp import hdrs, web

from node.http.problems import Handler
from node.http.rate_limits import say_what_is_left

OPEN = (
    "/api/",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/userinfo",
    "/.well-known/",
    "/nodeinfo/",
)
CORS = {
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type, Idempotency-Key",
    hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: (
        "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
    ),
    hdrs.ACCESS_CONTROL_MAX_AGE: "86400",
}


@web.middleware
async def allow_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let web apps of other sites ask, and read the answer, also where it is a refusal.

    They show a token; cookies count for nothing here. It stands around the making of error answers.
    """
    is_open = request.path.startswith(OPEN)
    if is_open and request.method == hdrs.METH_OPTIONS:
        return web.Response(headers=CORS)
    reply = await handler(request)
    if is_open:
        reply.headers.update(CORS)
    say_what_is_left(request, reply)
    return reply
