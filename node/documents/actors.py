"""Our people, communities and the node itself, as other nodes read them."""

from aiohttp import web

from node.db.tx import Tx
from node.documents.responses import Json, document_response
from node.http.services import SERVICES
from node.topics.actors.documents import actor_document
from node.topics.actors.store import instance_actor
from node.topics.communities.lookup import known_local


async def person_document(request: web.Request) -> web.Response:
    """`/people/NAME`"""
    services = request.app[SERVICES]
    return document_response(
        request, await services.db.read(read_actor, "people", name_in(request))
    )


async def community_document(request: web.Request) -> web.Response:
    """`/communities/NAME`"""
    services = request.app[SERVICES]
    return document_response(
        request, await services.db.read(read_actor, "communities", name_in(request))
    )


async def node_document(request: web.Request) -> web.Response:
    """`/actor`: the node itself, readable by everybody, so that signed fetches never nest (T9)."""
    services = request.app[SERVICES]
    return document_response(request, await services.db.read(read_node_actor))


def name_in(request: web.Request) -> str:
    return request.match_info["name"]


def read_actor(tx: Tx, folder: str, name: str) -> Json:
    return actor_document(tx, known_local(tx, folder, name))


def read_node_actor(tx: Tx) -> Json:
    return actor_document(tx, instance_actor(tx))
