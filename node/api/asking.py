"""Who asks, what their token lets them do, and the one transaction in which they are answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from aiohttp import hdrs, web

from node.accounts.scopes import covers
from node.accounts.store import Person, bearer_by_token
from node.actors.counts import CountsKept
from node.actors.store import Actor
from node.api.kept import KEPT
from node.api.statuses_kept import StatusesKept
from node.db.tx import Tx
from node.errors import Invalid, NotAllowed, Unauthorised
from node.shell import SHELL

P = ParamSpec("P")
R = TypeVar("R")

TOKEN_CHARACTERS_MAX = 200
NO_TOKEN = "The access token is invalid"  # noqa: S105 - a sentence, not a token
NOBODYS = "This method requires an authenticated user"
OUTSIDE = "This action is outside the authorized scopes"


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody asks (None: a visitor) at `now`; `origin` is where our own pictures are."""

    person: Person | None
    origin: str
    now: int
    counts: CountsKept
    statuses: StatusesKept = field(default_factory=StatusesKept)

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
class Question:
    """A request as the store needs it; `is_open` lets visitors ask, and apps for themselves."""

    token: str | None
    scope: str
    is_open: bool
    origin: str
    now: int
    counts: CountsKept
    statuses: StatusesKept


Answering = Callable[Concatenate[Tx, Asking, P], R]


async def read_as(
    request: web.Request, scope: str, reading: Answering[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What `reading` finds for somebody of ours.

    Raises:
        Unauthorised: there is no good token.
        NotAllowed: the token is for something else.
        Invalid: the token is an app's own, and nobody's.
    """
    question = question_of(request, scope, is_open=False)
    return await request.app[SHELL].db.read(answer, question, reading, *args, **kwargs)


async def read_open(
    request: web.Request, scope: str, reading: Answering[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What `reading` finds for anybody, visitors too.

    Raises:
        Unauthorised: there is a token, and it is not a good one.
        NotAllowed: the token is for something else.
    """
    question = question_of(request, scope, is_open=True)
    return await request.app[SHELL].db.read(answer, question, reading, *args, **kwargs)


async def write_as(
    request: web.Request, scope: str, doing: Answering[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What `doing` gives, once it is stored and the sender knows; it is refused as `read_as` is."""
    shell = request.app[SHELL]
    question = question_of(request, scope, is_open=False)
    result = await shell.db.write(answer, question, doing, *args, **kwargs)
    shell.wake_sender()
    return result


def question_of(request: web.Request, scope: str, *, is_open: bool) -> Question:
    shell = request.app[SHELL]
    return Question(
        token=token_in(request),
        scope=scope,
        is_open=is_open,
        origin=shell.config.node.url,
        now=shell.clock.now(),
        counts=request.app[KEPT].counts,
        statuses=request.app[KEPT].statuses,
    )


def answer(
    tx: Tx,
    question: Question,
    doing: Answering[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Find out who asks, refuse what they may not, and do it."""
    person = person_asking(tx, question)
    asking = Asking(person, question.origin, question.now, question.counts, question.statuses)
    return doing(tx, asking, *args, **kwargs)


def person_asking(tx: Tx, question: Question) -> Person | None:
    bearer = bearer_by_token(tx, question.token) if question.token else None
    if bearer is None:
        if question.token is not None or not question.is_open:
            raise Unauthorised(NO_TOKEN)
        return None
    if not covers(bearer.scopes, question.scope):
        raise NotAllowed(OUTSIDE)
    if bearer.person is None and not question.is_open:
        raise Invalid(NOBODYS)
    return bearer.person


def token_in(request: web.Request) -> str | None:
    """The bearer token of a request, from the header alone (T77); one too long is as good as none.

    Cookies never count here (T80).
    """
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip()[:TOKEN_CHARACTERS_MAX] if scheme.lower() == "bearer" else None
