"""What the node found when it asked itself everything, for those who look after it."""

from aiohttp import web

from node.http.services import SERVICES
from node.http.sessions import check_looks_after_node, signed_in
from node.leak_audit.notes import last_note
from node.web.render import page


async def get_leaks(request: web.Request) -> web.StreamResponse:
    """`/leaks`: whether something is told to whom it is not for, as of last night."""
    check_looks_after_node(signed_in(request))
    note = await request.app[SERVICES].db.read(last_note)
    return page(request, "audits/leaks.html", note=note)
