"""Lists that apps ask for and that are always empty here."""

from aiohttp import web

from node.api.auth import Requester, read_as, read_open
from node.db.tx import Tx
from node.http.responses import Entity, json_reply


async def get_public_list(request: web.Request) -> web.Response:
    """A list that everybody may read and that is empty here: peers, rules, emojis, trends."""
    return json_reply([])


async def get_own_list(request: web.Request) -> web.Response:
    """A list of one's own that is empty here: filters, conversations."""
    return json_reply(await read_as(request, read_nothing))


def read_nothing(tx: Tx, requester: Requester) -> list[Entity]:
    return []


async def get_list(request: web.Request) -> web.Response:
    """A list about somebody or a hashtag, for members and visitors."""
    return json_reply(await read_open(request, read_nothing))
