"""Signing in and out, and letting an app in."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import hdrs, web

from node.base.errors import TooMany, Unauthorised
from node.http.carry_over import Carried, unpack
from node.http.client_address import network_of
from node.http.csrf import CARRIED, check_own_visitor, form_of
from node.http.params import Params, read_params
from node.http.rate_limits import SIGNING_IN, count_address
from node.http.redirects import see_other
from node.http.security_headers import HEADERS
from node.http.services import CLIENT, SERVICES
from node.http.sessions import PERSON, signed_in
from node.topics.accounts import devices
from node.topics.accounts.apps import App, app_by_client
from node.topics.accounts.oauth import Asked, check_asking, give_code
from node.topics.accounts.redirect_uris import OUT_OF_BAND, form_action_of, shown_target
from node.topics.accounts.sign_in import (
    COOKIE,
    SESSION_S,
    Attempt,
    knows_device,
    sign_in,
    sign_out,
)
from node.topics.accounts.store import person_by_session
from node.topics.accounts.written_as import why_unsent
from node.topics.actors.keys import node_secret
from node.web.render import carried_page, page, sign_in_page

SENTENCES = {
    "read": "read what you can read",
    "write": "write, change and delete in your name",
    "follow": "follow people and join communities for you",
    "push": "tell you of news",
    "profile": "know your name and address here",
}
POLICY = "Content-Security-Policy"
OPENER = "Cross-Origin-Opener-Policy"
ASKED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


async def get_sign_in(request: web.Request) -> web.StreamResponse:
    """`/sign-in`"""
    back = request.query.get("next", "/")
    if request.get(PERSON):
        return for_pop_ups(see_other(back))
    return for_pop_ups(sign_in_page(request, back=back))


async def post_sign_in(request: web.Request) -> web.StreamResponse:
    """The form of `/sign-in`; what was typed stays, but for the password. Words that came when
    nobody was signed in any more are shown again, to be sent."""
    params = await read_params(request)
    check_own_visitor(request)
    services, attempt = request.app[SERVICES], attempt_of(request, params)
    try:
        await count_stranger(request, attempt)
        signed = await sign_in(services.db, services.clock, attempt)
    except (Unauthorised, TooMany) as problem:
        return sign_in_again(request, params, problem)
    carried = await carried_by(request, params)
    if carried is None:
        reply = for_pop_ups(see_other(params.text("next", "/")))
    else:
        now = services.clock.now()
        person = await services.db.read(person_by_session, signed.session, now)
        request[PERSON] = person
        unsent = await services.db.read(why_unsent, person, carried.made_as) if person else ""
        reply = carried_page(request, carried, unsent)
    put_cookie(request, reply, COOKIE, signed.session, SESSION_S)
    put_cookie(request, reply, devices.COOKIE, signed.device, devices.KNOWN_S, path="/sign-in")
    return reply


async def carried_by(request: web.Request, params: Params) -> Carried | None:
    """The words that a sign-in form brings along, if it was us who put them there."""
    text, services = params.text("carried"), request.app[SERVICES]
    if not text:
        return None
    return unpack(await services.db.read(node_secret, CARRIED), text, services.clock.now())


def attempt_of(request: web.Request, params: Params) -> Attempt:
    client = request[CLIENT]
    return Attempt(
        name_or_email=params.text("name"),
        password=params.text("password"),
        client=client,
        network=network_of(client),
        device=request.cookies.get(devices.COOKIE, "")[: devices.TOKEN_CHARACTERS_MAX],
        words=devices.device_words(request.headers.get(hdrs.USER_AGENT, "")),
    )


async def count_stranger(request: web.Request, attempt: Attempt) -> None:
    """Count the tries of an address, unless the device has signed in to that account before.

    Raises:
        TooMany: it is one too many.
    """
    services = request.app[SERVICES]
    if not services.config.web.rate_limits:
        return
    if not await knows_device(services.db, attempt.name_or_email, attempt.device):
        count_address(request, SIGNING_IN)


def sign_in_again(
    request: web.Request, params: Params, problem: Unauthorised | TooMany
) -> web.StreamResponse:
    """The form once more, with what was wrong."""
    reply = sign_in_page(
        request,
        problem.status,
        back=params.text("next", "/"),
        name=params.text("name"),
        wrong=problem.sentence,
        carried=params.text("carried"),
    )
    if isinstance(problem, TooMany):
        reply.headers[hdrs.RETRY_AFTER] = str(problem.retry_after_s)
    return for_pop_ups(reply)


def put_cookie(
    request: web.Request, reply: web.Response, name: str, value: str, age_s: int, path: str = "/"
) -> None:
    """Have the browser keep a secret of ours, out of the reach of scripts and other sites."""
    is_safe = request.app[SERVICES].config.node.url.startswith("https://")
    reply.set_cookie(
        name, value, max_age=age_s, path=path, httponly=True, samesite="Lax", secure=is_safe
    )


async def post_sign_out(request: web.Request) -> web.StreamResponse:
    """The button that signs out."""
    await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(sign_out, request.cookies.get(COOKIE, ""))
    reply = see_other("/")
    reply.del_cookie(COOKIE)
    return reply


async def get_authorize(request: web.Request) -> web.StreamResponse:
    """`/oauth/authorize`: an app asks to be let in (RFC 6749 section 4.1)."""
    signed_in(request)
    params = Params(list(request.query.items()))
    app = await asking_app(request, params)
    return authorize_page(request, app, params, "")


async def asking_app(request: web.Request, params: Params) -> App:
    """The app that asks, held to what it was registered for; nobody is led anywhere before (T63).

    Raises:
        BadRequest: it is unknown, or asks for something else.
    """
    services = request.app[SERVICES]
    found = await services.db.read(app_by_client, params.text("client_id"))
    asked = Asked(
        redirect_uri=params.text("redirect_uri"),
        scopes=params.text("scope") or "read",
        response_type=params.text("response_type"),
        challenge=params.text("code_challenge"),
        challenge_method=params.text("code_challenge_method"),
    )
    return check_asking(found, asked)


def authorize_page(request: web.Request, app: App, params: Params, code: str) -> web.Response:
    scopes = (params.text("scope") or "read").split()
    named = dict.fromkeys(scope.partition(":")[0] for scope in scopes)
    uri = params.text("redirect_uri")
    asked: dict[str, Any] = {name: params.text(name) for name in ASKED if params.has(name)}
    reply = page(
        request,
        "accounts/authorize.html",
        app=app,
        code=code,
        asked=asked,
        sentences=[SENTENCES[name] for name in named if name in SENTENCES],
        target=shown_target(uri),
    )
    if uri != OUT_OF_BAND:
        reply.headers[POLICY] = f"{HEADERS[POLICY]} {form_action_of(uri)}"
    return for_pop_ups(reply)


async def post_authorize(request: web.Request) -> web.StreamResponse:
    """The answer: a code for the app, or that it is not let in."""
    person, params = await form_of(request)
    app = await asking_app(request, params)
    uri = params.text("redirect_uri")
    state = {"state": params.text("state")} if params.has("state") else {}
    if params.text("answer") != "yes":
        return lead_back(uri, {"error": "access_denied"} | state)
    services = request.app[SERVICES]
    code = await services.db.write(
        give_code,
        app,
        person.account.id,
        uri,
        params.text("scope") or "read",
        params.text("code_challenge") or None,
        services.clock.now(),
    )
    if uri == OUT_OF_BAND:
        return authorize_page(request, app, params, code)
    return lead_back(uri, {"code": code} | state)


def lead_back(uri: str, said: dict[str, str]) -> web.StreamResponse:
    """Back to the app, which was compared with what it registered."""
    if uri == OUT_OF_BAND:
        return see_other("/")
    mark = "&" if "?" in uri else "?"
    location = {"Location": f"{uri}{mark}{urlencode(said)}"}
    return for_pop_ups(web.Response(status=302, headers=HEADERS | location))


def for_pop_ups(reply: web.Response) -> web.Response:
    """Let the page that opened ours go on talking with it.

    Phanpy lets people sign in in a pop-up, and a browser would cut it off from its opener.
    """
    reply.headers[OPENER] = "unsafe-none"
    return reply
