"""How often something may be asked, per address and per account: which limit, and the counting.

A route names its limit in its table (`http/routes.py`). Counts live in memory, for the current five
minutes; a restart forgives everybody.
"""

from collections import OrderedDict
from dataclasses import dataclass

from aiohttp import web

from node.base.config import WebSettings
from node.base.errors import TooMany
from node.base.instants import instant
from node.http.bearer_tokens import token_in
from node.http.problems import Handler
from node.http.services import CLIENT, SERVICES
from node.topics.accounts.store import account_of_token, hashed

WINDOW_S = 300
COUNTS_MAX = 50_000
ACCOUNTS_MAX = 10_000
METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many requests in five minutes; what has the same name counts together.

    An address may be a whole clinic's, so it may ask as often as an account, or oftener.
    """

    name: str
    per_address: int
    per_account: int


SIGNING_IN = Limit("signing in", per_address=30, per_account=30)
"""Counted on the page itself: a device that is known is not made to wait by its neighbours."""
TOKENS = Limit("tokens", per_address=60, per_account=60)
LETTING_IN = Limit("letting apps in", per_address=30, per_account=30)
COMING_IN = Limit("coming in", per_address=120, per_account=60)
"""Each may make keys, and a clinic's waiting room has one address."""
APPS = Limit("registering apps", per_address=30, per_account=30)
ELSEWHERE = Limit("going elsewhere", per_address=20, per_account=20)
"""Each asks another server."""
PICTURES = Limit("pictures elsewhere", per_address=120, per_account=60)
"""Each has another server asked."""
MAKING = Limit("making communities", per_address=60, per_account=60)
"""Each makes keys."""
SENDING_PICTURES = Limit("sending pictures", per_address=150, per_account=30)
"""Each is drawn anew."""
DELETING = Limit("deleting posts", per_address=300, per_account=60)
SEARCHING = Limit("searching", per_address=1_500, per_account=1_500)
SEARCHING_PEOPLE = Limit("searching people", per_address=1_500, per_account=1_500)
SIGNING = Limit("all about sign-in", per_address=300, per_account=300)
API = Limit("the client API", per_address=7_500, per_account=7_500)
MESSAGES = Limit("messages of other nodes", per_address=60_000, per_account=60_000)
PAGES = Limit("pages and documents", per_address=3_000, per_account=3_000)
WITHOUT_ROUTE = (("/oauth", SIGNING), ("/api", API), ("/", PAGES))
"""What counts where no route has a limit of its own, and for what no route answers (T56, T144)."""

NEVER_REFUSED = frozenset(("/healthz", "/readyz"))


class Limits:
    """Which limit counts for a request: of those that fit, the one with the longest path."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, Limit]] = [
            (method, begins, limit) for begins, limit in WITHOUT_ROUTE for method in sorted(METHODS)
        ]

    def add(self, method: str, path: str, limit: Limit) -> None:
        """Have a limit count for a method of a route, and for all below it."""
        self.rows.append((method, path.partition("{")[0].rstrip("/"), limit))
        self.rows.sort(key=lambda row: len(row[1]), reverse=True)

    def limit_for(self, method: str, path: str) -> Limit | None:
        """The limit of a request; case, slashes at the end, and HEAD for GET are all one."""
        asked = "GET" if method == "HEAD" else method
        plain = "/" + path.lower().strip("/")
        if plain in NEVER_REFUSED:
            return None
        fitting = (
            limit for way, begins, limit in self.rows if way == asked and below(plain, begins)
        )
        return next(fitting, None)


def below(path: str, begins: str) -> bool:
    """Whether a path is another, or lies under it."""
    return path == begins or path.startswith(begins.rstrip("/") + "/")


LIMITS: web.AppKey[Limits] = web.AppKey("limits", Limits)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a limit until `ends_at`; below 0 where it was passed."""

    most: int
    remaining: int
    ends_at: int


LEFT: web.RequestKey[Left] = web.RequestKey("left", Left)


class Rates:
    """How often each address and account asked lately, and whose each token is."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str, int], int] = OrderedDict()
        self._accounts: OrderedDict[str, int | None] = OrderedDict()

    def count(self, limit: Limit, who: str, most: int, now: int) -> Left:
        """Count one more request by `who`; what is left of `most` in these five minutes."""
        window = now // WINDOW_S
        key = (limit.name, who, window)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        while len(self._counts) > COUNTS_MAX:
            self._counts.popitem(last=False)
        return Left(most, most - count, (window + 1) * WINDOW_S)

    def knows(self, token_hash: str) -> bool:
        """Whether it is kept whose token that is."""
        return token_hash in self._accounts

    def account_of(self, token_hash: str) -> int | None:
        """Whose token that is, if it is kept and somebody's."""
        return self._accounts.get(token_hash)

    def keep(self, token_hash: str, account_id: int | None) -> None:
        """Keep whose token that is; None for nobody's."""
        self._accounts[token_hash] = account_id
        while len(self._accounts) > ACCOUNTS_MAX:
            self._accounts.popitem(last=False)


RATES: web.AppKey[Rates] = web.AppKey("rates", Rates)


@web.middleware
async def limit_rate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what comes too often: counted for the address first, then for the account.

    So a stranger who makes up tokens is still counted by address.
    """
    limit = request.app[LIMITS].limit_for(request.method, request.path)
    if limit is not None and request.app[SERVICES].config.web.rate_limits:
        count_address(request, limit)
        account_id = await account_asking(request)
        if account_id is not None:
            count_request(request, limit, f"account {account_id}", limit.per_account)
    return await handler(request)


def count_address(request: web.Request, limit: Limit) -> None:
    """Count a request for the address that it comes from.

    Raises:
        TooMany: it is one too many.
    """
    address = request.get(CLIENT, "unknown")
    count_request(request, limit, f"address {address}", limit.per_address)


def asker_of(request: web.Request, settings: WebSettings) -> str:
    """The address whose share a request costs; empty where nobody's is counted.

    That of our own proxy is not: it has not said for whom it asks.
    """
    address = request.get(CLIENT, "")
    return address if settings.rate_limits and address not in settings.trusted_proxies else ""


def count_request(request: web.Request, limit: Limit, who: str, most: int) -> None:
    """Count a request, and note what is left for the answer's headers.

    Raises:
        TooMany: it is one too many.
    """
    now = request.app[SERVICES].clock.now()
    left = request[LEFT] = request.app[RATES].count(limit, who, most, now)
    if left.remaining < 0:
        raise TooMany("Too many requests. Wait a little.", left.ends_at - now)


async def account_asking(request: web.Request) -> int | None:
    """Whose token the request shows, looked up once a token."""
    token, rates = token_in(request), request.app[RATES]
    if token is None:
        return None
    key = hashed(token)
    if not rates.knows(key):
        rates.keep(key, await request.app[SERVICES].db.read(account_of_token, token))
    return rates.account_of(key)


def say_what_is_left(request: web.Request, reply: web.StreamResponse) -> None:
    """Put into an answer's headers how often may be asked still, and until when."""
    left = request.get(LEFT)
    if left is not None:
        reply.headers["X-RateLimit-Limit"] = str(left.most)
        reply.headers["X-RateLimit-Remaining"] = str(max(0, left.remaining))
        reply.headers["X-RateLimit-Reset"] = instant(left.ends_at)
