"""What people do with their own account: password, where they are signed in, and its end."""

from typing import Any

from aiohttp import web

from node.base.errors import Invalid, NotFound, Problem
from node.base.ids import new_token
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import PERSON, signed_in
from node.topics.accounts import devices
from node.topics.accounts.consents import (
    FOUND_BY_PEOPLE,
    FOUND_BY_WORDS,
    KIND_CHARACTERS_MAX,
    Consent,
    consents_of,
    withdraw_consent,
)
from node.topics.accounts.passwords import hash_password
from node.topics.accounts.sign_in import COOKIE, SESSION_S, check_own_password
from node.topics.accounts.signed_in import (
    Device,
    LetIn,
    NewPassword,
    apps_let_in,
    change_password,
    devices_of,
    end_app,
    end_device,
)
from node.topics.accounts.store import Person
from node.topics.portability.deletion import check_own_name, delete_own_account
from node.web.accounts import put_cookie
from node.web.own_password import check_is_oneself, has_password
from node.web.render import page

HERE = "/settings/account"
NOT_TWICE = "The two new passwords are not the same. Type the new one twice."
SAME = "That is the password you have already. Choose another."


async def get_change_password(_request: web.Request) -> web.StreamResponse:
    """`/.well-known/change-password`: where a password keeper leads to (W3C, "A Well-Known URL for
    Changing Passwords")."""
    return see_other(HERE)


async def get_account(request: web.Request) -> web.StreamResponse:
    """`/settings/account`"""
    is_changed = "changed" in request.query
    return await account_page(request, signed_in(request), is_changed=is_changed)


async def account_page(
    request: web.Request, person: Person, wrong: Problem | None = None, *, is_changed: bool = False
) -> web.StreamResponse:
    """The page; where something is wrong it says so."""
    services = request.app[SERVICES]
    signed, let_in, consents = await services.db.read(
        read_signed_in, person.account.id, request.cookies.get(COOKIE, ""), services.clock.now()
    )
    return page(
        request,
        "accounts/account.html",
        int(wrong.status) if wrong else 200,
        wrong=wrong.sentence if wrong else "",
        is_changed=is_changed,
        signed=signed,
        let_in=let_in,
        has_password=await has_password(request, person),
        consents=consents,
        found=(FOUND_BY_PEOPLE, FOUND_BY_WORDS),
    )


def read_signed_in(
    tx: Tx, account_id: int, token: str, now: int
) -> tuple[list[Device], list[LetIn], list[Consent]]:
    consents = consents_of(tx, account_id)
    return devices_of(tx, account_id, token, now), apps_let_in(tx, account_id), consents


async def post_password(request: web.Request) -> web.StreamResponse:
    """`/settings/account/password`: the one there is, and the new one twice."""
    person, params = await form_of(request)
    services, new = request.app[SERVICES], params.text("new")
    device, renewed = new_token(), new_token()
    try:
        await check_own_password(
            services.db, services.clock, person.account.id, params.text("password")
        )
        check_new_password(params)
        change = NewPassword(
            password_hash=await hash_password(new),
            session=request.cookies.get(COOKIE, ""),
            renewed=renewed,
            device=device,
            ends_apps=params.flag("apps"),
        )
        await services.db.write(change_password, person.account.id, change, services.clock.now())
    except Problem as problem:
        return await account_page(request, person, problem)
    reply = see_other(f"{HERE}?changed=yes")
    put_cookie(request, reply, COOKIE, renewed, SESSION_S)
    put_cookie(request, reply, devices.COOKIE, device, devices.KNOWN_S, path="/sign-in")
    return reply


def check_new_password(params: Params) -> None:
    """Raise Invalid unless the new password was typed twice and is another one."""
    if params.text("new") != params.text("again"):
        raise Invalid(NOT_TWICE)
    if params.text("new") == params.text("password"):
        raise Invalid(SAME)


async def post_end_device(request: web.Request) -> web.StreamResponse:
    """`/settings/account/devices/end`"""
    return await end_one(request, end_device, "device")


async def post_end_app(request: web.Request) -> web.StreamResponse:
    """`/settings/account/apps/end`"""
    now = request.app[SERVICES].clock.now()
    return await end_one(request, end_app, "app", now)


async def post_withdraw(request: web.Request) -> web.StreamResponse:
    """`/settings/account/agreed/end`: somebody agrees to something no longer."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    kind = params.text("kind")[:KIND_CHARACTERS_MAX]
    await services.db.write(withdraw_consent, person.account.id, kind, services.clock.now())
    return see_other(HERE)


async def end_one(request: web.Request, end: Any, name: str, *args: int) -> web.StreamResponse:
    """End what a form names, and show the page again."""
    person, params = await form_of(request)
    number = params.number(name)
    if number is None:
        raise NotFound
    await request.app[SERVICES].db.write(end, person.account.id, number, *args)
    return see_other(HERE)


async def get_delete(request: web.Request) -> web.StreamResponse:
    """`/settings/account/delete`: what will happen."""
    return await delete_page(request, signed_in(request))


async def delete_page(
    request: web.Request, person: Person, wrong: Problem | None = None
) -> web.StreamResponse:
    return page(
        request,
        "accounts/delete.html",
        wrong.status if wrong else 200,
        wrong=wrong.sentence if wrong else "",
        has_password=await has_password(request, person),
    )


async def post_delete(request: web.Request) -> web.StreamResponse:
    """The form of `/settings/account/delete`: with the name and the password it is done."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    try:
        check_own_name(person.account, params.text("name"))
        await check_is_oneself(request, person, params)
        key = new_token()
        await services.db.write(delete_own_account, person.account, services.clock.now(), key)
    except Problem as problem:
        return await delete_page(request, person, problem)
    services.wake_sender()
    request[PERSON] = None
    reply = page(request, "accounts/deleted.html", key=key)
    reply.del_cookie(COOKIE)
    reply.del_cookie(devices.COOKIE, path="/sign-in")
    return reply
