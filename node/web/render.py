"""Pages."""

from aiohttp import web

from node.errors import Problem


def error_page(request: web.Request, problem: Problem) -> web.Response:
    """A page that says what went wrong."""
    return web.Response(status=problem.status, text=problem.sentence)
