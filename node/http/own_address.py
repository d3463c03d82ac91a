"""Whether people came by the node's own address: under another nothing that they do would work.

A cookie, a form and a link of ours are for one address alone. Who opens the node by its number, by
another name, or without encryption is told where it is.
"""

from http import HTTPStatus

from aiohttp import hdrs, web

from node.base.errors import Problem
from node.http.client_address import parsed
from node.http.problems import Handler, is_for_machine
from node.http.redirects import local_path
from node.http.services import SERVICES

NO_PAGES = ("/static/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo")
DEFAULT_PORTS = {"https": ":443", "http": ":80"}
PROTO = "X-Forwarded-Proto"


class ElsewhereAtHome(Problem):
    """Somebody came by an address that is not the node's own; `way` is the right one."""

    status = HTTPStatus.MISDIRECTED_REQUEST
    type = "/problems/another-address"

    def __init__(self, home: str, way: str) -> None:
        super().__init__(f"This place is at {home}. You came by another address.")
        self.home, self.way = home, way


@web.middleware
async def check_own_address(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer people only at the node's own address; what machines ask for has checks of its own.

    Raises:
        ElsewhereAtHome: they came by another.
    """
    is_page = not is_for_machine(request) and not request.path.startswith(NO_PAGES)
    if is_page and not is_at_home(request):
        home = request.app[SERVICES].config.node.url
        path = local_path(request.path_qs) if request.method in ("GET", "HEAD") else "/"
        raise ElsewhereAtHome(home, home + path)
    return await handler(request)


def is_at_home(request: web.Request) -> bool:
    """Whether a request names our host, and did not come to our proxy without encryption.

    Some proxies leave the port out of `Host`. What a stranger says of encryption is not believed.
    """
    scheme, _, ours = request.app[SERVICES].config.node.url.partition("://")
    named = request.headers.get(hdrs.HOST, "").lower().removesuffix(DEFAULT_PORTS[scheme])
    is_bare = named == ours.rpartition(":")[0]
    return (named == ours or is_bare) and not (scheme == "https" and is_in_the_open(request))


def is_in_the_open(request: web.Request) -> bool:
    """Whether a proxy of ours says that it was asked without encryption."""
    trusted = {parsed(one) for one in request.app[SERVICES].config.web.trusted_proxies}
    said = ",".join(request.headers.getall(PROTO, [])).rpartition(",")[2].strip().lower()
    return said == "http" and parsed(request.remote or "") in trusted - {None}
