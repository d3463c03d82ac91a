"""The one table of the client API."""

from aiohttp import web

ROUTES: tuple[web.RouteDef, ...] = ()
MIDDLEWARES: tuple[object, ...] = ()
