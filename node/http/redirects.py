"""Going on to another page of ours, and to none elsewhere."""

from urllib.parse import quote

from aiohttp import hdrs, web

from node.http.security_headers import PRIVATE


def see_other(path: str) -> web.Response:
    """Go on to another page of ours; anything else leads home (T65)."""
    return web.Response(status=303, headers=PRIVATE | {hdrs.LOCATION: local_path(path)})


def local_path(path: str) -> str:
    """A path of this node, or `/`."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return quote(path, safe="/?&=%#:@+,;!*'()~-._") if is_local and "\\" not in path else "/"
