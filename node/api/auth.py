"""Who asks, what their token lets them do, and the one transaction in which they are answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from aiohttp import web

from node.api.caches import API_CACHE, StatusCache
from node.base.errors import Invalid, NotAllowed, Unauthorised
from node.db.tx import Tx
from node.http.bearer_tokens import token_in
from node.http.routes import scope_of
from node.http.services import SERVICES
from node.topics.accounts.scopes import covers
from node.topics.accounts.store import Person, bearer_by_token
from node.topics.actors.counts import CountsCache
from node.topics.actors.store import Actor

P = ParamSpec("P")
R = TypeVar("R")

NO_TOKEN = "The access token is invalid"  # noqa: S105 - a sentence, not a token
NOBODYS = "This method requires an authenticated user"
OUTSIDE = "This action is outside the authorized scopes"


@dataclass(frozen=True, slots=True)
class Requester:
    """Somebody asks (None: a visitor) at `now`; `origin` is where our own pictures are."""

    person: Person | None
    origin: str
    now: int
    counts: CountsCache
    statuses: StatusCache = field(default_factory=StatusCache)

    @property
    def reader(self) -> Actor | None:
        """Who will read the answer; None is a visitor."""
        return self.person.actor if self.person else None

    @property
    def me(self) -> Person:
        """Who asks, where only somebody of ours may.

        Raises:
            Unauthorised: it is a visitor.
        """
        if self.person is None:
            raise Unauthorised(NO_TOKEN)
        return self.person


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request as the store needs it; `is_open` lets visitors ask, and apps for themselves."""

    token: str | None
    scope: str
    is_open: bool
    origin: str
    now: int
    counts: CountsCache
    statuses: StatusCache


Answering = Callable[Concatenate[Tx, Requester, P], R]


async def read_as(
    request: web.Request, reading: Answering[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What `reading` finds for somebody of ours.

    Raises:
        Unauthorised: there is no good token.
        NotAllowed: the token is for something else.
        Invalid: the token is an app's own, and nobody's.
    """
    asked = api_request_of(request, is_open=False)
    return await request.app[SERVICES].db.read(answer, asked, reading, *args, **kwargs)


async def read_open(
    request: web.Request, reading: Answering[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What `reading` finds for anybody, visitors too.

    Raises:
        Unauthorised: there is a token, and it is not a good one.
        NotAllowed: the token is for something else.
    """
    asked = api_request_of(request, is_open=True)
    return await request.app[SERVICES].db.read(answer, asked, reading, *args, **kwargs)


async def write_as(
    request: web.Request, doing: Answering[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What `doing` gives, once it is stored and the sender knows; it is refused as `read_as` is."""
    services = request.app[SERVICES]
    asked = api_request_of(request, is_open=False)
    result = await services.db.write(answer, asked, doing, *args, **kwargs)
    services.wake_sender()
    return result


def api_request_of(request: web.Request, *, is_open: bool) -> ApiRequest:
    services = request.app[SERVICES]
    return ApiRequest(
        token=token_in(request),
        scope=scope_of(request),
        is_open=is_open,
        origin=services.config.node.url,
        now=services.clock.now(),
        counts=request.app[API_CACHE].counts,
        statuses=request.app[API_CACHE].statuses,
    )


def answer(
    tx: Tx,
    asked: ApiRequest,
    doing: Answering[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Find out who asks, refuse what they may not, and do it."""
    person = person_of(tx, asked)
    requester = Requester(person, asked.origin, asked.now, asked.counts, asked.statuses)
    return doing(tx, requester, *args, **kwargs)


def person_of(tx: Tx, asked: ApiRequest) -> Person | None:
    bearer = bearer_by_token(tx, asked.token) if asked.token else None
    if bearer is None:
        if asked.token is not None or not asked.is_open:
            raise Unauthorised(NO_TOKEN)
        return None
    if not covers(bearer.scopes, asked.scope):
        raise NotAllowed(OUTSIDE)
    if bearer.person is None and not asked.is_open:
        raise Invalid(NOBODYS)
    return bearer.person
