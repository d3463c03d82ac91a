"""One place where a failure becomes an answer, in the form that the asker reads.

`{"error": …}` for the client API, a problem document (RFC 9457) for our own API and for other
nodes, a page for people. A bug is logged once, and the asker gets its request id and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec
import structlog
from aiohttp import hdrs, web
from structlog.contextvars import bind_contextvars, clear_contextvars

from federation.documents.media_types import wants_activity
from node.base.errors import (
    BadRequest,
    Busy,
    Invalid,
    NotAllowed,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    Unauthorised,
    WrongType,
)
from node.base.ids import new_name
from node.http.services import SERVICES

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ErrorPage = Callable[[web.Request, Problem], web.Response]
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page")
"""What draws a failure for people; the pages bring it (`node.web`)."""

PROBLEM_TYPE = "application/problem+json"
CLIENT_API = ("/api/v1", "/api/v2", "/oauth")
CONSENT = "/oauth/authorize"
"""A page, which people see in a browser."""

FOR_MACHINES = ("/api/", "/.well-known/", "/nodeinfo/", "/inbox", "/healthz", "/readyz")
SENTENCES = {
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.UNAUTHORIZED: Unauthorised,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: WrongType,
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid,
}


class Internal(Problem):
    """Something is wrong with the node itself."""


class WrongMethod(Problem):
    """The address is there, and this is not what can be done with it."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    type = "/problems/wrong-method"


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give each request an id, and turn whatever goes wrong into an answer."""
    request_id = new_name()[:16]
    clear_contextvars()
    bind_contextvars(request_id=request_id)
    clock = request.app[SERVICES].clock
    began = clock.monotonic()
    try:
        reply = await handler(request)
    except Problem as problem:
        reply = answer(request, problem)
    except web.HTTPException as error:
        is_wrong = error.status >= HTTPStatus.BAD_REQUEST
        reply = answer(request, known(error)) if is_wrong else led_on(error)
    except (asyncio.CancelledError, ConnectionError):
        raise
    except Exception:  # whoever asked gets an answer, and whoever looks after the node the place
        log.exception("request_failed", path_kind=kind_of(request), method=request.method)
        reply = answer(request, Internal(f"Something went wrong here. Its number is {request_id}."))
    took_s = clock.monotonic() - began
    request.app[SERVICES].metrics.requests.labels(f"{reply.status // 100}xx").observe(took_s)
    return reply


def led_on(error: web.HTTPException) -> web.Response:
    """A redirect that was raised, as an answer."""
    return web.Response(status=error.status, headers=error.headers)


def kind_of(request: web.Request) -> str:
    """The route that a request took, without what people put into it."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def known(error: web.HTTPException) -> Problem:
    """The framework's own refusals as ours."""
    status = HTTPStatus(error.status)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return WrongMethod("That cannot be done here.")
    if status == HTTPStatus.NOT_FOUND:
        return NotFound()
    kind = SENTENCES.get(status, BadRequest)
    return kind("The request cannot be taken.")  # type: ignore[no-any-return]


def answer(request: web.Request, problem: Problem) -> web.Response:
    """A failure in the form that the asker reads; never kept by caches."""
    if request.path.startswith(CLIENT_API) and not request.path.startswith(CONSENT):
        reply = json_response(problem, {"error": problem.sentence}, "application/json")
    elif is_for_machine(request):
        document = {
            "type": problem.type,
            "title": problem.status.phrase,
            "status": int(problem.status),
            "detail": problem.sentence,
        }
        reply = json_response(problem, document, PROBLEM_TYPE)
    else:
        reply = request.app[ERROR_PAGE](request, problem)
    if isinstance(problem, TooMany | Busy):
        reply.headers[hdrs.RETRY_AFTER] = str(problem.retry_after_s)
    reply.headers[hdrs.CACHE_CONTROL] = "no-store"
    return reply


def is_for_machine(request: web.Request) -> bool:
    accept = request.headers.get(hdrs.ACCEPT, "")
    is_inbox = request.path.endswith("/inbox")
    return is_inbox or request.path.startswith(FOR_MACHINES) or wants_activity(accept)


def json_response(problem: Problem, document: dict[str, object], media_type: str) -> web.Response:
    return web.Response(
        status=problem.status, body=msgspec.json.encode(document), content_type=media_type
    )
