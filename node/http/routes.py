"""Routes as the doors list them: method, path, who answers, the scope it takes, and its limit."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web

from node.http.problems import Handler
from node.http.rate_limits import LIMITS, RATES, Limit, Limits, Rates


@dataclass(frozen=True, slots=True)
class Route:
    """One address, and what is done there.

    `scope` is what a token must be for; empty where no token is asked for. `limit` is how often it
    may be asked, where that is less often than what lies around it.
    """

    method: str
    path: str
    handler: Handler
    scope: str = ""
    limit: Limit | None = None


def get(path: str, handler: Handler, scope: str = "", limit: Limit | None = None) -> Route:
    """A route that reads; HEAD is answered as well."""
    return Route("GET", path, handler, scope, limit)


def post(path: str, handler: Handler, scope: str = "", limit: Limit | None = None) -> Route:
    """A route that does something."""
    return Route("POST", path, handler, scope, limit)


def put(path: str, handler: Handler, scope: str = "", limit: Limit | None = None) -> Route:
    """A route that puts something in place of what was there."""
    return Route("PUT", path, handler, scope, limit)


def patch(path: str, handler: Handler, scope: str = "", limit: Limit | None = None) -> Route:
    """A route that changes something in part."""
    return Route("PATCH", path, handler, scope, limit)


def delete(path: str, handler: Handler, scope: str = "", limit: Limit | None = None) -> Route:
    """A route that deletes something."""
    return Route("DELETE", path, handler, scope, limit)


Scopes = dict[tuple[str, str], str]
SCOPES: web.AppKey[Scopes] = web.AppKey("scopes", dict)


def add_routes(app: web.Application, routes: Iterable[Route]) -> None:
    """Add routes to an application, with what each takes; once, with all there are."""
    app[LIMITS], app[RATES], app[SCOPES] = Limits(), Rates(), {}
    for route in routes:
        resource = app.router.add_resource(route.path)
        for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
            resource.add_route(method, route.handler)
            app[SCOPES][method, resource.canonical] = route.scope
        if route.limit is not None:
            app[LIMITS].add(route.method, route.path, route.limit)


def scope_of(request: web.Request) -> str:
    """What a token must be for, to be used where the request leads."""
    resource = request.match_info.route.resource
    assert resource is not None, "a request without a route reaches no handler"  # noqa: S101
    return request.app[SCOPES][request.method, resource.canonical]
