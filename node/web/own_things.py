"""Taking one's things along: asked for with the password, read as one file, kept nowhere."""

from aiohttp import hdrs, web

from node.base.errors import Problem
from node.base.ids import new_token
from node.base.instants import day
from node.http.csrf import form_of
from node.http.security_headers import HEADERS
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.sign_in import COOKIE
from node.topics.accounts.store import Person
from node.topics.portability.archive import archive_page
from node.topics.portability.take_out import LASTS_S, check_leave, give_leave
from node.web.own_password import check_is_oneself, has_password
from node.web.render import page


async def get_take(request: web.Request) -> web.StreamResponse:
    """`/settings/take`: what the file is, and the password."""
    return await take_page(request, signed_in(request))


async def take_page(
    request: web.Request,
    person: Person,
    wrong: Problem | None = None,
    *,
    key: str = "",
    until: int = 0,
) -> web.StreamResponse:
    return page(
        request,
        "portability/take.html",
        wrong.status if wrong else 200,
        wrong=wrong.sentence if wrong else "",
        key=key,
        until=until,
        has_password=await has_password(request, person),
    )


async def post_take(request: web.Request) -> web.StreamResponse:
    """The form of `/settings/take`: with the password, a way to the file for an hour."""
    person, params = await form_of(request)
    services, key = request.app[SERVICES], new_token()
    now, session = services.clock.now(), request.cookies.get(COOKIE, "")
    try:
        await check_is_oneself(request, person, params)
    except Problem as problem:
        return await take_page(request, person, problem)
    await services.db.write(give_leave, person.account.id, session, key, now)
    return await take_page(request, person, key=key, until=now + LASTS_S)


async def get_things(request: web.Request) -> web.StreamResponse:
    """`/settings/take/KEY`: the file, as it is made; for an hour, in the browser that asked.

    What breaks half-way is broken off, so that nobody takes it for the whole.
    """
    person, services = signed_in(request), request.app[SERVICES]
    key, session = request.match_info["key"], request.cookies.get(COOKIE, "")
    now = services.clock.now()
    await services.db.read(check_leave, person.account.id, session, key, now)
    reply = web.StreamResponse(headers=HEADERS)
    reply.content_type, reply.charset = "text/html", "utf-8"
    name = f"{person.account.name}-{day(now)}.html"
    reply.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
    reply.headers[hdrs.CACHE_CONTROL] = "private, no-store"
    await reply.prepare(request)
    async for piece in archive_page(
        services.db, services.clock, person.account, services.blobs.get
    ):
        await reply.write(piece.encode())
    await reply.write_eof()
    return reply
