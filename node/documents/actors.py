"""Our people, communities and the node itself, as other nodes read them."""

from aiohttp import web

from federation import documents
from node.base.errors import NotFound
from node.db.tx import Tx
from node.documents.negotiation import keep_private
from node.documents.responses import Json, document_response
from node.http.services import SERVICES, SIGNER
from node.topics.actors.documents import actor_document, day_of
from node.topics.actors.store import instance_actor, local_actor
from node.topics.actors.suspended import absent_person
from node.topics.communities.lookup import known_local
from node.topics.communities.permissions import spoken_for
from node.topics.communities.store import public_gone_at
from node.topics.neighbours.directory import directory_document


async def person_document(request: web.Request) -> web.Response:
    """`/people/NAME`; a tombstone (410) where somebody has left."""
    services, name = request.app[SERVICES], name_in(request)
    iri = f"{services.config.node.url}/people/{name}"
    document, is_gone = await services.db.read(read_person, iri, name)
    reply = document_response(request, document)
    if is_gone:
        reply.set_status(410)
    return reply


async def community_document(request: web.Request) -> web.Response:
    """`/communities/NAME`: what everybody may know of is given to all, and nobody is asked for a
    key before; else it is looked at who signs, whether there is such a community or not. A
    tombstone (410) where a public one is gone."""
    services, name = request.app[SERVICES], name_in(request)
    iri = f"{services.config.node.url}/communities/{name}"
    try:
        document, is_gone = await services.db.read(read_community, iri, name, request[SIGNER])
    except NotFound:
        signer = await services.readers.check(request)
        document, _ = await services.db.read(read_community, iri, name, signer)
        reply = document_response(request, document)
        keep_private(reply)
        return reply
    reply = document_response(request, document)
    if is_gone:
        reply.set_status(410)
    return reply


async def node_document(request: web.Request) -> web.Response:
    """`/actor`: the node itself, readable by everybody, so that signed fetches never nest (T9)."""
    services = request.app[SERVICES]
    return document_response(request, await services.db.read(read_node_actor))


async def node_communities(request: web.Request) -> web.Response:
    """`/actor/communities`: those that neighbours may show; made anew, with a proof, each time."""
    services = request.app[SERVICES]
    document = await services.db.read(directory_document, services.clock.now())
    return document_response(request, document)


def name_in(request: web.Request) -> str:
    return request.match_info["name"]


def read_person(tx: Tx, iri: str, name: str) -> tuple[Json, bool]:
    """The document of one of our people, and whether it is a tombstone.

    Of somebody who is suspended it says that, with the keys by which our word for it is checked.

    Raises:
        NotFound: there never was one of that name.
    """
    absent = absent_person(tx, iri)
    if absent is None:
        return read_actor(tx, "people", name), False
    if absent.deleted_at is None:
        return actor_document(tx, absent), False
    stone = documents.Tombstone(iri=iri, former_kind=absent.kind, deleted=day_of(absent.deleted_at))
    return documents.render_tombstone(stone), True


def read_actor(tx: Tx, folder: str, name: str) -> Json:
    return actor_document(tx, known_local(tx, folder, name, None))


def read_community(tx: Tx, iri: str, name: str, signer: str | None) -> tuple[Json, bool]:
    """The document of a community of ours, for whoever may know that it is there, and whether it is
    a tombstone: of one that everybody knew.

    Raises:
        NotFound: there is none that whoever asks may know of.
    """
    gone_at = public_gone_at(tx, iri)
    if gone_at is not None:
        stone = documents.Tombstone(iri=iri, former_kind="Group", deleted=gone_at)
        return documents.render_tombstone(stone), True
    reader = spoken_for(tx, local_actor(tx, "Group", name), signer)
    return actor_document(tx, known_local(tx, "communities", name, reader)), False


def read_node_actor(tx: Tx) -> Json:
    return actor_document(tx, instance_actor(tx))
