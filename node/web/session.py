"""Who is signed in on a page, and whether a form came from one of our own pages."""

from urllib.parse import quote

from aiohttp import hdrs, web

from node.accounts.sign_in import COOKIE
from node.accounts.store import Person, person_by_session
from node.api.params import Params, read_params
from node.errors import NotAllowed
from node.problems import Handler
from node.shell import SHELL
from node.web.render import PERSON, PRIVATE, is_form_token, local_path

SIGN_IN = "/sign-in"
TOKEN_CHARACTERS_MAX = 200
OWN = ("same-origin", "none")
PAGES_OF_MACHINES = ("/api/", "/oauth/token", "/static/", "/.well-known/", "/nodeinfo/")
STALE = "This page was open for too long. Go back, load it again, and try once more."


@web.middleware
async def note_person(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put whoever is signed in into the request; cookies count for nothing in the client API."""
    token = request.cookies.get(COOKIE, "")
    is_page = not request.path.startswith(PAGES_OF_MACHINES)
    if is_page and 0 < len(token) <= TOKEN_CHARACTERS_MAX:
        shell = request.app[SHELL]
        request[PERSON] = await shell.db.read(person_by_session, token, shell.clock.now())
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


def check_own_page(request: web.Request) -> None:
    """Raise NotAllowed for a form that another site's page sent."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get(hdrs.ORIGIN)
    ours = request.app[SHELL].config.node.url
    if (site is not None and site not in OWN) or (origin is not None and origin != ours):
        raise NotAllowed(STALE)
