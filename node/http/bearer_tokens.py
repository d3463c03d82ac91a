"""The bearer token that a request shows."""

from aiohttp import hdrs, web

TOKEN_CHARACTERS_MAX = 200


def token_in(request: web.Request) -> str | None:
    """The bearer token of a request, from the header alone (T77); one too long is as good as none.

    Cookies never count here (T80).
    """
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip()[:TOKEN_CHARACTERS_MAX] if scheme.lower() == "bearer" else None
