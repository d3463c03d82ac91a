"""The OAuth endpoints that apps call by themselves; the page that people see is in `pages`."""

from base64 import b64decode
from binascii import Error as Base64Error

from aiohttp import hdrs, web

from node.accounts.oauth import (
    App,
    Token,
    app_of_token,
    check_client,
    check_scopes,
    exchange_code,
    give_token,
    register_app,
    revoke,
    with_parts,
)
from node.api.asking import NO_TOKEN, Asking, read_as, token_in
from node.api.params import Params, read_params
from node.api.reply import Entity, json_reply
from node.db.tx import Tx
from node.errors import BadRequest, Unauthorised
from node.shell import SHELL

SCOPES_OFFERED = ("read", "write", "follow", "push", "profile")


async def post_app(request: web.Request) -> web.Response:
    """`POST /api/v1/apps`"""
    params = await read_params(request)
    shell = request.app[SHELL]
    made = await shell.db.write(
        register_app,
        params.text("client_name"),
        params.text("website"),
        params.texts("redirect_uris"),
        params.text("scopes") or "read",
        shell.clock.now(),
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
    token = token_in(request)
    shell = request.app[SHELL]
    app = await shell.db.read(app_of_token, token) if token else None
    if app is None:
        raise Unauthorised(NO_TOKEN)
    return json_reply(app_entity(app))


async def post_token(request: web.Request) -> web.Response:
    """`POST /oauth/token`: for a code, or for the app alone."""
    params = await read_params(request)
    shell = request.app[SHELL]
    client_id, secret = client_in(request, params)
    grant = params.text("grant_type")
    now = shell.clock.now()
    if grant == "authorization_code":
        token = await shell.db.write(
            token_for_code,
            client_id,
            secret,
            params.text("code"),
            params.text("redirect_uri"),
            params.text("code_verifier"),
            now,
        )
    elif grant == "client_credentials":
        scopes = params.text("scope") or "read"
        token = await shell.db.write(token_for_app, client_id, secret, scopes, now)
    else:
        raise BadRequest("The authorization grant type is not supported.")
    if token is None:
        raise BadRequest("The provided authorization grant is invalid or expired.")
    return json_reply(
        {
            "access_token": token.text,
            "token_type": "Bearer",
            "scope": token.scopes,
            "created_at": token.created_at,
        }
    )


def client_in(request: web.Request, params: Params) -> tuple[str, str]:
    """The app's id and secret, from the form or from Basic authentication."""
    scheme, _, encoded = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = b64decode(encoded).decode().partition(":")
        except (Base64Error, UnicodeDecodeError):
            raise BadRequest("The client's name and secret cannot be read.") from None
        return name, secret
    return params.text("client_id"), params.text("client_secret")


def token_for_code(
    tx: Tx, client_id: str, secret: str, code: str, redirect_uri: str, verifier: str, now: int
) -> Token | None:
    app = check_client(tx, client_id, secret)
    return exchange_code(tx, app, code, redirect_uri, verifier, now)


def token_for_app(tx: Tx, client_id: str, secret: str, scopes: str, now: int) -> Token:
    app = check_client(tx, client_id, secret)
    check_scopes(scopes)
    if not set(scopes.split()) <= with_parts(app.scopes, scopes):
        raise BadRequest("The requested scope is invalid, unknown, or malformed.")
    return give_token(tx, app, None, scopes, now)


async def post_revoke(request: web.Request) -> web.Response:
    """`POST /oauth/revoke`"""
    params = await read_params(request)
    shell = request.app[SHELL]
    client_id, secret = client_in(request, params)
    await shell.db.write(revoke_for, client_id, secret, params.text("token"), shell.clock.now())
    return json_reply({})


def revoke_for(tx: Tx, client_id: str, secret: str, token: str, now: int) -> None:
    revoke(tx, check_client(tx, client_id, secret), token, now)


async def userinfo(request: web.Request) -> web.Response:
    """`GET /oauth/userinfo`"""
    return json_reply(await read_as(request, "profile", read_userinfo))


def read_userinfo(tx: Tx, asking: Asking) -> Entity:
    actor = asking.me.actor
    return {
        "iss": f"{asking.origin}/",
        "sub": actor.iri,
        "name": actor.title,
        "preferred_username": actor.name,
        "profile": actor.url,
        "picture": actor.icon_url or f"{asking.origin}/static/avatar.png",
    }


async def server_metadata(request: web.Request) -> web.Response:
    """`GET /.well-known/oauth-authorization-server` (RFC 8414)"""
    origin = request.app[SHELL].config.node.url
    return json_reply(
        {
            "issuer": f"{origin}/",
            "authorization_endpoint": f"{origin}/oauth/authorize",
            "token_endpoint": f"{origin}/oauth/token",
            "revocation_endpoint": f"{origin}/oauth/revoke",
            "userinfo_endpoint": f"{origin}/oauth/userinfo",
            "app_registration_endpoint": f"{origin}/api/v1/apps",
            "scopes_supported": list(SCOPES_OFFERED),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )
