"""Who is signed in on a page, and whether a form came from one of our own pages."""

from functools import wraps
from urllib.parse import quote

from aiohttp import web

from node.base.errors import NotAllowed, NotFound
from node.http.problems import Handler
from node.http.redirects import local_path
from node.http.security_headers import PRIVATE
from node.http.services import SERVICES
from node.topics.accounts.sign_in import COOKIE
from node.topics.accounts.store import Person, person_by_session
from node.topics.pseudonyms.rules import OWN_NAME_FIRST

PERSON: web.RequestKey[Person | None] = web.RequestKey("person", Person)

SIGN_IN = "/sign-in"
LOOKING_AFTER = ("organiser", "moderator")
TOKEN_CHARACTERS_MAX = 200
PAGES_OF_MACHINES = ("/api/", "/oauth/token", "/static/", "/.well-known/", "/nodeinfo/")


@web.middleware
async def note_person(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put whoever is signed in into the request; cookies count for nothing in the client API."""
    token = request.cookies.get(COOKIE, "")
    is_page = not request.path.startswith(PAGES_OF_MACHINES)
    if is_page and 0 < len(token) <= TOKEN_CHARACTERS_MAX:
        services = request.app[SERVICES]
        request[PERSON] = await services.db.read(person_by_session, token, services.clock.now())
    return await handler(request)


def signed_in(request: web.Request) -> Person:
    """Who is signed in.

    Raises:
        HTTPSeeOther: nobody; the way leads to the sign-in page and back here afterwards.
    """
    person: Person | None = request.get(PERSON)
    if person is None:
        back = local_path(request.path_qs if request.method == "GET" else "/")
        way_back = f"?next={quote(back, safe='/')}" if back != "/" else ""
        raise web.HTTPSeeOther(f"{SIGN_IN}{way_back}", headers=PRIVATE)
    return person


class OwnNameFirst(NotAllowed):
    """Somebody goes on under another name, and wants what belongs to their own."""

    def __init__(self) -> None:
        super().__init__(OWN_NAME_FIRST)


def under_own_name(handle: Handler) -> Handler:
    """What answers people under their own name alone.

    Raises, from the handler:
        OwnNameFirst: somebody goes on under another one.
    """

    @wraps(handle)
    async def handle_own(request: web.Request) -> web.StreamResponse:
        person: Person | None = request.get(PERSON)
        if person is not None and person.own is not None:
            raise OwnNameFirst
        return await handle(request)

    return handle_own


def check_looks_after_node(person: Person) -> Person:
    """Somebody who looks after this node.

    Raises:
        NotFound: they do not; to others there is nothing here.
    """
    if person.account.role not in LOOKING_AFTER:
        raise NotFound
    return person
