"""Who asks, by the bearer token they show, and whether it lets them."""

from aiohttp import hdrs, web

from node.accounts.store import Person, person_by_token
from node.errors import NotAllowed, Unauthorised
from node.shell import SHELL

FOLLOW_COVERS = frozenset(("follows", "blocks", "mutes"))
NO_TOKEN = "The access token is invalid"  # noqa: S105 - what is said, not a secret
TOKEN_CHARACTERS_MAX = 200


def token_in(request: web.Request) -> str | None:
    """The bearer token of a request."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    token = token.strip()
    is_token = scheme.lower() == "bearer" and 0 < len(token) <= TOKEN_CHARACTERS_MAX
    return token if is_token else None


async def person_asking(request: web.Request) -> Person | None:
    """Who asks; None for a visitor without a token.

    Raises:
        Unauthorised: there is a token, and it is not one of ours or was revoked.
    """
    token = token_in(request)
    if token is None:
        return None
    shell = request.app[SHELL]
    person = await shell.db.read(person_by_token, token, shell.clock.now())
    if person is None:
        raise Unauthorised(NO_TOKEN)
    request["account_id"] = person.account.id
    return person


async def person_with(request: web.Request, scope: str) -> Person:
    """Who asks, with a token that has `scope` (`read:statuses`) or the whole it is part of.

    Raises:
        Unauthorised: there is no good token.
        NotAllowed: the token is for something else.
    """
    person = await person_asking(request)
    if person is None:
        raise Unauthorised(NO_TOKEN)
    if not covers(person.scopes, scope):
        raise NotAllowed("This action is outside the authorized scopes")
    return person


def covers(scopes: frozenset[str], wanted: str) -> bool:
    """Whether a token with `scopes` may do what `wanted` names."""
    whole, _, part = wanted.partition(":")
    is_follow = part in FOLLOW_COVERS and "follow" in scopes
    return wanted in scopes or whole in scopes or is_follow
