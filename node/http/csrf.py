"""Whether a form came from one of our own pages (T62)."""

import hmac
from hashlib import sha256

from aiohttp import hdrs, web

from node.base.errors import NotAllowed
from node.base.ids import new_name
from node.http.params import Params, read_params
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person

OWN = ("same-origin", "none")
NOT_SAID = "Your browser did not say from which page this came. Open our page and try once more."
STALE = "This page was open for too long. Go back, load it again, and try once more."


def form_token(person: Person | None) -> str:
    """What a form of the session must send back; another one on each page, so that a compressed
    page does not give it away (BREACH)."""
    if person is None:
        return ""
    salt = new_name()
    return f"{salt}.{mac_of(person.csrf, salt)}"


def is_form_token(person: Person, token: str) -> bool:
    """Whether a form came from one of our own pages, made for that session."""
    salt, _, mac = token.partition(".")
    return bool(person.csrf) and hmac.compare_digest(mac_of(person.csrf, salt), mac)


def mac_of(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), salt.encode(), sha256).hexdigest()


async def form_of(request: web.Request) -> tuple[Person, Params]:
    """Who sent a form, and what is in it.

    Raises:
        HTTPSeeOther: nobody is signed in.
        NotAllowed: the form did not come from one of our own pages (T62).
    """
    person, params = signed_in(request), await read_params(request)
    check_own_page(request)
    if not is_form_token(person, params.text("token")):
        raise NotAllowed(STALE)
    return person, params


def check_own_visitor(request: web.Request) -> None:
    """Raise NotAllowed for a form of a visitor that does not say it is from one of our own pages.

    A visitor has no secret to send back, so the browser has to say where the form was: every
    browser of the last years does (login CSRF).
    """
    if hdrs.ORIGIN not in request.headers and "Sec-Fetch-Site" not in request.headers:
        raise NotAllowed(NOT_SAID)
    check_own_page(request)


def check_own_page(request: web.Request) -> None:
    """Raise NotAllowed for a form that another site's page sent."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get(hdrs.ORIGIN)
    ours = request.app[SERVICES].config.node.url
    if (site is not None and site not in OWN) or (origin is not None and origin != ours):
        raise NotAllowed(STALE)
