"""Whether a form came from one of our own pages (T62)."""

import hmac
from hashlib import sha256

from aiohttp import hdrs, web

from node.base.errors import NotAllowed, Unauthorised
from node.base.ids import new_name
from node.http.carry_over import Carried, carried_of, pack
from node.http.params import Params, id_of, read_params
from node.http.services import SERVICES
from node.http.sessions import PERSON, signed_in
from node.http.uploads import Upload, read_upload
from node.topics.accounts.store import Person
from node.topics.accounts.written_as import why_unsent
from node.topics.actors.keys import node_secret

CARRIED = "words carried through the sign-in form"
OWN = ("same-origin", "none")
NOT_SAID = "Your browser did not say from which page this came. Open our page and try once more."
STALE = "This page was open for too long. Go back, load it again, and try once more."


class SignedOut(Unauthorised):
    """Somebody has written something and is signed in no longer; `carried` brings it back."""

    def __init__(self, carried: str) -> None:
        super().__init__("You were signed out meanwhile. Sign in, and your words are here again.")
        self.carried = carried


class OpenTooLong(NotAllowed):
    """A form was made for another session; `carried` is what was in it, and `unsent` says why it is
    not to be sent as it is, if so."""

    def __init__(self, carried: Carried, unsent: str) -> None:
        super().__init__(STALE)
        self.carried = carried
        self.unsent = unsent


def form_token(person: Person | None) -> str:
    """What a form of the session must send back; another one on each page, so that a compressed
    page does not give it away (BREACH). It says under which name the form was opened."""
    if person is None:
        return ""
    salt = f"{person.actor.id}-{new_name()}"
    return f"{salt}.{mac_of(person.csrf, salt)}"


def is_form_token(person: Person, token: str) -> bool:
    """Whether a form came from one of our own pages, made for that session."""
    salt, _, mac = token.partition(".")
    return bool(person.csrf) and hmac.compare_digest(mac_of(person.csrf, salt), mac)


def made_as(token: str) -> int:
    """The actor under whose name a form was opened, as it says itself; 0 if it does not."""
    return id_of(token.partition("-")[0]) or 0


def mac_of(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), salt.encode(), sha256).hexdigest()


async def form_of(request: web.Request) -> tuple[Person, Params]:
    """Who sent a form, and what is in it.

    Raises:
        HTTPSeeOther: nobody is signed in, and nothing was written.
        SignedOut: nobody is signed in any more; the words are in the answer.
        NotAllowed: the form did not come from one of our own pages (T62).
        OpenTooLong: it did, but was made for another session; the words are in the answer.
    """
    params = await read_params(request)
    return await sender_of(request, params), params


async def upload_of(request: web.Request) -> tuple[Person, Upload]:
    """Who sent a form that may hold pictures, and what is in it. What is not from one of our own
    pages is not read, and of whoever is not signed in no picture is kept in memory.

    Raises:
        BadRequest, Busy, Invalid, TooLarge: it cannot be read (`read_upload`).
        HTTPSeeOther, SignedOut, NotAllowed, OpenTooLong: as `form_of`.
    """
    check_own_page(request)
    upload = await read_upload(request, of_visitors=True)
    return await sender_of(request, upload.params), upload


async def sender_of(request: web.Request, params: Params) -> Person:
    """Who sent a form with that in it. Raises as `form_of`."""
    person: Person | None = request.get(PERSON)
    if person is None:
        await hand_back_words(request, params)
        person = signed_in(request)
    check_own_page(request)
    if not is_form_token(person, params.text("token")):
        carried = carried_in(request, params)
        if carried is None:
            raise NotAllowed(STALE)
        unsent = await request.app[SERVICES].db.read(why_unsent, person, carried.made_as)
        raise OpenTooLong(carried, unsent)
    return person


async def hand_back_words(request: web.Request, params: Params) -> None:
    """Raise SignedOut for a form of ours in which somebody has written, or chosen pictures."""
    services, carried = request.app[SERVICES], carried_in(request, params)
    if carried is not None:
        secret = await services.db.read(node_secret, CARRIED)
        raise SignedOut(pack(secret, carried))


def carried_in(request: web.Request, params: Params) -> Carried | None:
    """What somebody has written in a form that surely is one of our own pages'."""
    if not says_whence(request):
        return None
    check_own_page(request)
    return carried_of(
        request.path, params, request.app[SERVICES].clock.now(), made_as(params.text("token"))
    )


def check_own_visitor(request: web.Request) -> None:
    """Raise NotAllowed for a form of a visitor that does not say it is from one of our own pages.

    A visitor has no secret to send back, so the browser has to say where the form was: every
    browser of the last years does (login CSRF).
    """
    if not says_whence(request):
        raise NotAllowed(NOT_SAID)
    check_own_page(request)


def says_whence(request: web.Request) -> bool:
    """Whether the browser says from which page a form comes."""
    return hdrs.ORIGIN in request.headers or "Sec-Fetch-Site" in request.headers


def check_own_page(request: web.Request) -> None:
    """Raise NotAllowed for a form that another site's page sent."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get(hdrs.ORIGIN)
    ours = request.app[SERVICES].config.node.url
    if (site is not None and site not in OWN) or (origin is not None and origin != ours):
        raise NotAllowed(STALE)
