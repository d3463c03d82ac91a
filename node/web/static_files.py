"""The few files that come with the pages: a style sheet and two neutral pictures.

They are read once; no name from outside is ever part of a path (T54).
"""

from importlib.resources import files

from aiohttp import hdrs, web

from node.base.errors import NotFound

FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
TYPES = {
    "hedgerow.css": ("text/css", FOR_EVER),
    "avatar.png": ("image/png", A_DAY),
    "header.png": ("image/png", A_DAY),
    "icon.svg": ("image/svg+xml", A_DAY),
}
CONTENTS = {name: (files("node.web") / "static" / name).read_bytes() for name in TYPES}


async def static_file(request: web.Request) -> web.Response:
    """`/static/NAME`"""
    name = request.match_info["name"]
    if name not in TYPES:
        raise NotFound
    media_type, cache = TYPES[name]
    headers = {hdrs.CACHE_CONTROL: cache, "X-Content-Type-Options": "nosniff"}
    reply = web.Response(body=CONTENTS[name], content_type=media_type, headers=headers)
    if media_type == "text/css":
        reply.enable_compression()
    return reply
