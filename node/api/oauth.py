"""The OAuth endpoints that apps call by themselves; the page that people see is in `pages`."""

from base64 import b64decode
from http import HTTPStatus
from urllib.parse import unquote

from aiohttp import hdrs, web

from node.api.auth import NO_TOKEN, Requester, read_as
from node.base.errors import Unauthorised
from node.db.tx import Tx
from node.http.bearer_tokens import token_in
from node.http.params import Params, read_params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.topics.accounts.apps import App, app_of_token, register_app
from node.topics.accounts.oauth import Denied, Token, app_token, check_client, exchange_code, revoke
from node.topics.accounts.scopes import WHOLE
from node.topics.accounts.store import bearer_by_token

COMMAND_LINE: Entity = {
    "id": "0",
    "name": "Hedgerow",
    "website": None,
    "redirect_uri": "",
    "redirect_uris": [],
    "vapid_key": "",
}
"""The app of a token that the command line gave."""


async def post_app(request: web.Request) -> web.Response:
    """`POST /api/v1/apps`"""
    params = await read_params(request)
    services = request.app[SERVICES]
    made = await services.db.write(
        register_app,
        params.text("client_name"),
        params.text("website"),
        params.texts("redirect_uris"),
        params.text("scopes") or "read",
        services.clock.now(),
    )
    secret = {
        "client_id": made.app.client_id,
        "client_secret": made.secret,
        "client_secret_expires_at": 0,
    }
    return json_reply(app_entity(made.app) | secret)


def app_entity(app: App) -> Entity:
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes.split(),
        "redirect_uri": app.redirect_uris,
        "redirect_uris": app.uris,
        "vapid_key": "",
    }


async def verify_app(request: web.Request) -> web.Response:
    """`GET /api/v1/apps/verify_credentials`"""
    services, token = request.app[SERVICES], token_in(request)
    return json_reply(await services.db.read(read_app, token or ""))


def read_app(tx: Tx, token: str) -> Entity:
    """The `Application` that a token was given to.

    Raises:
        Unauthorised: it is no good token.
    """
    bearer, app = bearer_by_token(tx, token), app_of_token(tx, token)
    if bearer is None:
        raise Unauthorised(NO_TOKEN)
    return app_entity(app) if app else COMMAND_LINE | {"scopes": sorted(bearer.scopes)}


async def post_token(request: web.Request) -> web.Response:
    """`POST /oauth/token`: for a code, or for the app alone."""
    params, services = await read_params(request), request.app[SERVICES]
    try:
        token = await services.db.write(
            token_for, client_in(request, params), params, services.clock.now()
        )
        if token is None:
            raise Denied("invalid_grant", "The code was used before. What it gave has ended.")
    except Denied as refusal:
        return refused(refusal)
    return json_reply(
        {
            "access_token": token.text,
            "token_type": "Bearer",
            "scope": token.scopes,
            "created_at": token.created_at,
        }
    )


def refused(refusal: Denied) -> web.Response:
    """A refusal as apps read it (RFC 6749 section 5.2)."""
    said = {"error": refusal.code, "error_description": refusal.sentence}
    reply = json_reply(said, refusal.status)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        reply.headers[hdrs.WWW_AUTHENTICATE] = 'Basic realm="hedgerow"'
    return reply


def token_for(tx: Tx, client: tuple[str, str], params: Params, now: int) -> Token | None:
    """The token that an app asks for; None for a code that was used before."""
    app, grant = check_client(tx, *client), params.text("grant_type")
    if grant == "client_credentials":
        return app_token(tx, app, params.text("scope") or "read", now)
    if grant != "authorization_code":
        raise Denied("unsupported_grant_type", "Ask for a code first, on our own page.")
    return exchange_code(
        tx,
        app,
        params.text("code"),
        params.text("redirect_uri"),
        params.text("code_verifier"),
        now,
    )


def client_in(request: web.Request, params: Params) -> tuple[str, str]:
    """The app's id and secret, from the form or from Basic authentication.

    Raises:
        Denied: they cannot be read.
    """
    scheme, _, encoded = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "basic":
        return params.text("client_id"), params.text("client_secret")
    try:
        name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise Denied("invalid_client", "The app's name and secret cannot be read.") from None
    return unquote(name), unquote(secret)


async def post_revoke(request: web.Request) -> web.Response:
    """`POST /oauth/revoke`; a token that is unknown is none already (RFC 7009)."""
    params, services = await read_params(request), request.app[SERVICES]
    try:
        client, token = client_in(request, params), params.text("token")
        await services.db.write(revoke_for, client, token, services.clock.now())
    except Denied as refusal:
        return refused(refusal)
    return json_reply({})


def revoke_for(tx: Tx, client: tuple[str, str], token: str, now: int) -> None:
    revoke(tx, check_client(tx, *client), token, now)


async def userinfo(request: web.Request) -> web.Response:
    """`GET /oauth/userinfo`"""
    return json_reply(await read_as(request, read_userinfo))


def read_userinfo(tx: Tx, requester: Requester) -> Entity:
    actor = requester.me.actor
    return {
        "iss": f"{requester.origin}/",
        "sub": actor.iri,
        "name": actor.title,
        "preferred_username": actor.name,
        "profile": actor.url,
        "picture": actor.icon_url or f"{requester.origin}/static/avatar.png",
    }


async def server_metadata(request: web.Request) -> web.Response:
    """`GET /.well-known/oauth-authorization-server` (RFC 8414)"""
    origin = request.app[SERVICES].config.node.url
    return json_reply(
        {
            "issuer": f"{origin}/",
            "authorization_endpoint": f"{origin}/oauth/authorize",
            "token_endpoint": f"{origin}/oauth/token",
            "revocation_endpoint": f"{origin}/oauth/revoke",
            "userinfo_endpoint": f"{origin}/oauth/userinfo",
            "service_documentation": "https://docs.joinmastodon.org/",
            "app_registration_endpoint": f"{origin}/api/v1/apps",
            "scopes_supported": list(WHOLE),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )
