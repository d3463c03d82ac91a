"""Around every request of the client API: browsers of other sites may ask, nobody too often."""

from aiohttp import hdrs, web

from node.accounts.store import account_of_token, hashed
from node.api.asking import token_in
from node.api.kept import KEPT
from node.api.rate_limits import Left, Limit, limit_for
from node.api.reply import instant
from node.errors import TooMany
from node.problems import Handler
from node.shell import CLIENT, SHELL

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
LEFT: web.RequestKey[Left] = web.RequestKey("left", Left)


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
    left = request.get(LEFT)
    if left is not None:
        reply.headers["X-RateLimit-Limit"] = str(left.most)
        reply.headers["X-RateLimit-Remaining"] = str(max(0, left.remaining))
        reply.headers["X-RateLimit-Reset"] = instant(left.ends_at)
    return reply


@web.middleware
async def limit_rate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what comes too often: counted for the address first, then for the account.

    So a stranger who makes up tokens is still counted by address.
    """
    limit = limit_for(request.method, request.path)
    if limit is not None and request.app[SHELL].config.web.rate_limits:
        address = request.get(CLIENT, "unknown")
        count_request(request, limit, f"address {address}", limit.per_address)
        account_id = await account_asking(request)
        if account_id is not None:
            count_request(request, limit, f"account {account_id}", limit.per_account)
    return await handler(request)


def count_request(request: web.Request, limit: Limit, who: str, most: int) -> None:
    """Count a request, and note what is left for the answer's headers.

    Raises:
        TooMany: it is one too many.
    """
    now = request.app[SHELL].clock.now()
    left = request[LEFT] = request.app[KEPT].rates.count(limit, who, most, now)
    if left.remaining < 0:
        raise TooMany("Too many requests. Wait a little.", left.ends_at - now)


async def account_asking(request: web.Request) -> int | None:
    """Whose token the request shows, looked up once a token."""
    token, rates = token_in(request), request.app[KEPT].rates
    if token is None:
        return None
    key = hashed(token)
    if not rates.knows(key):
        rates.keep(key, await request.app[SHELL].db.read(account_of_token, token))
    return rates.account_of(key)
