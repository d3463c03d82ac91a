"""The card with which somebody who came in without a password comes back."""

from aiohttp import web

from node.base.errors import Conflict, Invalid
from node.http.csrf import form_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.passwords import hash_password
from node.topics.accounts.store import Person
from node.topics.accounts.way_back import has_way_back, new_words, put_way_back
from node.web.qr_codes import qr_code
from node.web.render import page


async def get_card(request: web.Request) -> web.StreamResponse:
    """`/settings/card`: five words to keep, or words of one's own."""
    return await card_page(request, signed_in(request), "")


async def card_page(request: web.Request, person: Person, wrong: str) -> web.Response:
    services = request.app[SERVICES]
    is_safe = await services.db.read(has_way_back, person.account.id)
    where = f"{services.config.node.url}/sign-in"
    return page(
        request,
        "accounts/card.html",
        Invalid.status if wrong else 200,
        is_safe=is_safe,
        words="" if is_safe else new_words(),
        where=where,
        drawing=qr_code(where),
        wrong=wrong,
    )


async def post_card(request: web.Request) -> web.StreamResponse:
    """`/settings/card`: the words are kept; they count from now on."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    try:
        password_hash = await hash_password(params.text("password"))
        await services.db.write(put_way_back, person.account.id, password_hash)
    except (Invalid, Conflict) as problem:
        return await card_page(request, person, problem.sentence)
    return see_other("/settings/card")
