"""How often something may be asked, per address and per account: the one table, and the counting.

Counts live in memory, for the current five minutes; a restart forgives everybody.
"""

from collections import OrderedDict
from dataclasses import dataclass

WINDOW_S = 300
COUNTS_MAX = 50_000
ACCOUNTS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many requests in five minutes, to paths that begin so, with one of the methods.

    An address may be a whole clinic's, so it may ask as often as an account, or oftener.
    """

    begins: str
    methods: frozenset[str]
    per_address: int
    per_account: int


POST = frozenset(("POST",))
DELETE = frozenset(("DELETE",))
ANY = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))
LIMITS = (
    Limit("/sign-in", POST, per_address=30, per_account=30),
    Limit("/oauth/token", POST, per_address=60, per_account=60),
    Limit("/oauth/authorize", POST, per_address=30, per_account=30),
    Limit("/oauth/", ANY, per_address=300, per_account=300),
    Limit("/api/v1/apps", POST, per_address=30, per_account=30),
    Limit("/api/v1/statuses", DELETE, per_address=300, per_account=60),
    Limit("/api/v2/search", ANY, per_address=1_500, per_account=1_500),
    Limit("/api/v1/accounts/search", ANY, per_address=1_500, per_account=1_500),
    Limit("/api/", ANY, per_address=7_500, per_account=7_500),
)
"""The first that fits a request counts (T56)."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a limit until `ends_at`; below 0 where it was passed."""

    most: int
    remaining: int
    ends_at: int


def limit_for(method: str, path: str) -> Limit | None:
    """The limit of a request; case, slashes at the end, and HEAD for GET make no difference."""
    asked = "GET" if method == "HEAD" else method
    plain = "/" + path.lower().strip("/")
    found = (one for one in LIMITS if asked in one.methods and is_below(plain, one.begins))
    return next(found, None)


def is_below(path: str, begins: str) -> bool:
    return path == begins.rstrip("/") or path.startswith(begins.rstrip("/") + "/")


class Rates:
    """How often each address and account asked lately, and whose each token is."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str, int], int] = OrderedDict()
        self._accounts: OrderedDict[str, int | None] = OrderedDict()

    def count(self, limit: Limit, who: str, most: int, now: int) -> Left:
        """Count one more request by `who`; what is left of `most` in these five minutes."""
        window = now // WINDOW_S
        key = (limit.begins, who, window)
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
