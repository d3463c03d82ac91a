"""Web apps of other sites may ask, and may read what they are answered."""

import pytest

from node.api.routes import TABLE

ASKED = {
    "Origin": "https://app.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, idempotency-key",
}


@pytest.mark.parametrize(
    "path", ["/api/v1/statuses", "/api/v2/instance/", "/oauth/token", "/.well-known/nodeinfo"]
)
async def test_a_browser_may_ask_first_and_remember_the_answer_for_a_day(house, path):
    reply = await house.visitor.must("OPTIONS", path, headers=ASKED)

    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "Idempotency-Key" in reply.headers["Access-Control-Allow-Headers"]
    assert reply.headers["Access-Control-Max-Age"] == "86400"
    assert "X-RateLimit-Limit" not in reply.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v2/instance", 200),
        ("GET", "/api/v1/timelines/home", 401),
        ("GET", "/api/v1/statuses/12", 404),
        ("GET", "/api/v1/no/such/thing", 404),
        ("POST", "/api/v1/apps", 422),
        ("POST", "/oauth/token", 401),
        ("PUT", "/api/v1/instance", 405),
        ("GET", "/nodeinfo/2.0", 200),
        ("GET", "/.well-known/webfinger", 400),
    ],
)
async def test_answers_and_refusals_can_be_read_by_web_apps(house, method, path, status):
    reply = await house.visitor.must(method, path, status, headers=ASKED)

    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "Link" in reply.headers["Access-Control-Expose-Headers"]


@pytest.mark.threat("T80")
@pytest.mark.parametrize("path", ["/sign-in", "/oauth/authorize", "/"])
async def test_pages_are_not_open_to_other_sites(house, path):
    for method in ("GET", "OPTIONS"):
        reply = await house.visitor.ask(method, path, headers=ASKED)
        assert "Access-Control-Allow-Origin" not in reply.headers


async def test_every_path_answers_with_a_slash_at_its_end_as_well(house, rosa):
    for route in TABLE:
        if route.method == "GET":
            path = route.path.replace(r"{id:\d+}", "12").replace("{tag}", "a").replace("{key}", "a")
            one, other = await rosa.ask("GET", path), await rosa.ask("GET", f"{path}/")
            assert (path, one.status, one.text) == (path, other.status, other.text)
