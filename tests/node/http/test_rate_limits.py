"""How often may be asked: each row of the table, by address and by account."""

import pytest

from node.api.routes import TABLE
from node.http.rate_limits import COUNTS_MAX, RATES, WITHOUT_ROUTE, Limits, Rates
from node.web.routes import ROUTES as PAGES
from tests.neighbours import NOW

HOME = "/api/v1/timelines/home"


ROUTES = [route for route in (*TABLE, *PAGES) if route.limit is not None]
ROWS = [
    *((route.method, route.path.partition("{")[0].rstrip("/"), route.limit) for route in ROUTES),
    *(("GET", path, limit) for path, limit in WITHOUT_ROUTE),
]


def limit_for(method, path):
    limits = Limits()
    for route in ROUTES:
        limits.add(route.method, route.path, route.limit)
    return limits.limit_for(method, path)


def spellings(path: str) -> list[str]:
    return [path, f"{path}/", path.upper(), f"{path}//"]


@pytest.mark.threat("T56")
@pytest.mark.parametrize(("method", "path", "limit"), ROWS)
def test_every_spelling_of_a_path_counts_to_the_same_limit(method, path, limit):
    assert {limit_for(method, one) for one in spellings(path)} == {limit}


@pytest.mark.threat("T56")
@pytest.mark.parametrize(("method", "path", "limit"), ROWS)
async def test_one_more_than_an_address_may_is_refused(house, method, path, limit):
    rates = house.client.app[RATES]
    for _ in range(limit.per_address):
        rates.count(limit, "address 192.0.2.7", limit.per_address, NOW)

    for spelling in spellings(path):
        headers = {"X-Forwarded-For": "192.0.2.7"}
        reply = await house.visitor.ask(method, spelling, headers=headers)
        other = await house.visitor.ask(method, spelling, headers={"X-Forwarded-For": "192.0.2.8"})
        assert (spelling, reply.status) == (spelling, 429)
        assert 0 < int(reply.headers["Retry-After"]) <= 300
        assert reply.headers["X-RateLimit-Remaining"] == "0"
        assert other.status != 429


@pytest.mark.threat("T56")
async def test_one_more_than_an_account_may_is_refused_whatever_its_address_and_app(house, rosa):
    limit = limit_for("GET", HOME)
    who = f"account {rosa.account.id}"
    for _ in range(limit.per_account):
        house.client.app[RATES].count(limit, who, limit.per_account, NOW)
    other_app = await house.with_token(rosa, "read")

    for caller, address in ((rosa, "192.0.2.7"), (other_app, "192.0.2.8")):
        reply = await caller.get(HOME, status=429, headers={"X-Forwarded-For": address})
        assert reply.error == "Too many requests. Wait a little."


@pytest.mark.threat("T56")
async def test_made_up_tokens_do_not_help_an_address_that_asked_too_often(house):
    limit = limit_for("GET", HOME)
    for _ in range(limit.per_address):
        house.client.app[RATES].count(limit, "address 127.0.0.1", limit.per_address, NOW)

    headers = {"Authorization": "Bearer made-up"}
    reply = await house.visitor.get(HOME, status=429, headers=headers)

    assert reply.error == "Too many requests. Wait a little."


async def test_each_answer_says_how_much_is_left_and_until_when(house, rosa):
    first, second = await rosa.get(HOME), await rosa.get(HOME)

    left = [int(reply.headers["X-RateLimit-Remaining"]) for reply in (first, second)]
    assert left[0] - left[1] == 1
    assert first.headers["X-RateLimit-Limit"] == str(limit_for("GET", HOME).per_account)
    assert first.headers["X-RateLimit-Reset"] == "2027-01-15T08:05:00.000Z"


async def test_after_five_minutes_everything_begins_anew(house, rosa):
    first = await rosa.get(HOME)
    house.clock.at += 300

    assert (await rosa.get(HOME)).headers["X-RateLimit-Remaining"] == first.headers[
        "X-RateLimit-Remaining"
    ]


def test_at_least_three_hundred_requests_are_always_allowed_to_apps():
    limit = limit_for("GET", HOME)

    assert min(limit.per_account, limit.per_address) >= 300


@pytest.mark.threat("T144")
def test_every_page_has_a_limit_and_only_whoever_watches_the_node_has_none():
    found = {limit_for("GET", route.path.replace("{", "x")) for route in (*PAGES, *TABLE)}

    assert None not in found
    assert limit_for("GET", "/apiary") is limit_for("GET", "/") is not None
    assert limit_for("GET", "/healthz") is limit_for("GET", "/readyz/") is None


def test_what_is_kept_has_a_limit():
    rates, limit = Rates(), limit_for("GET", HOME)
    for number in range(COUNTS_MAX + 10):
        rates.count(limit, f"address {number}", 1, NOW)

    assert len(rates._counts) == COUNTS_MAX
    assert rates.count(limit, "address 0", 5, NOW).remaining == 4
