"""The open log: what was done in a community, and why, for those who belong to it."""

from aiohttp import web

from node.http.params import id_of
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.moderation.open_log import read_log
from node.web.render import page

LINES = 50


async def get_log(request: web.Request) -> web.StreamResponse:
    """`/log/ID`: of a community, ours or elsewhere, or of this node by its own actor."""
    person, place_id = signed_in(request), int(request.match_info["id"])
    before = id_of(request.query.get("before", ""))
    log = await request.app[SERVICES].db.read(read_log, person.actor, place_id, LINES, before)
    return page(request, "moderation/log.html", log=log)
