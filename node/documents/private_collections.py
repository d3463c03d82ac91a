"""Collections of communities that not everybody may read, for nodes that have a member of them."""

from aiohttp import web

from federation import documents
from federation.origin import is_iri, is_same_origin
from node.base.errors import NotFound
from node.db.tx import Tx
from node.documents.actors import name_in
from node.documents.negotiation import keep_private
from node.documents.responses import Json
from node.http.services import SERVICES, SIGNER
from node.topics.actors.store import Actor, local_actor
from node.topics.communities.announce import is_open_to_all
from node.topics.communities.lookup import known_local
from node.topics.communities.moderators import moderator_iris
from node.topics.communities.permissions import is_allowed, spoken_for
from node.topics.permissions.rules import Act
from node.topics.timelines.documents import OutboxPage
from node.topics.timelines.private_outbox import private_outbox_page, private_outbox_total

NEWEST = 2**62
"""Above all ids of entries: the page that begins below it is the first."""


def inside(page: Json) -> Json:
    """A page as it stands in its collection, whose context is its own."""
    return {key: value for key, value in page.items() if key != "@context"}


def reader_of(tx: Tx, folder: str, name: str, signer: str | None) -> Actor | None:
    """As whom a node reads what is said by one of ours; see `spoken_for`."""
    return spoken_for(
        tx, local_actor(tx, "Group", name) if folder == "communities" else None, signer
    )


def private_collection(
    tx: Tx, group: Actor, collection: str, before: int | None, reader: Actor | None
) -> Json | None:
    """A collection of a community that not everybody may read, for a node that has a member; None
    for one that it has like every other.

    Of who looks after it, it is told those who live there or here (T90).
    """
    iri = f"{group.iri}/{collection}"
    if reader is not None and collection == "outbox":
        page = private_outbox_page(tx, group, before or NEWEST, reader)
        first = outbox_document(group, iri, before or NEWEST, page)
        if before is not None:
            return first
        total = private_outbox_total(tx, group)
        return documents.render_collection(iri, total=total, first=inside(first), owner=group.iri)
    if reader is not None and collection == "moderators":
        iris = [
            one
            for one in moderator_iris(tx, group.id)
            if is_same_origin(one, group.iri) or is_same_origin(one, reader.iri)
        ]
        return documents.render_collection(iri, items=iris, total=len(iris), owner=group.iri)
    return None


def outbox_document(actor: Actor, iri: str, before: int, page: OutboxPage) -> Json:
    """A page of an outbox, and where the next one is."""
    after = f"{iri}?before={page.next_before}" if page.next_before else None
    return documents.render_collection_page(
        f"{iri}?before={before}",
        part_of=iri,
        items=page.activities,
        after=after,
        owner=actor.iri,
    )


async def is_follower(request: web.Request) -> web.Response:
    """`/communities/NAME/followers?is_follower=IRI`: whether what is said to the members of a
    community is for whoever is at an address, asked by a node that has a copy of it; an empty yes.

    Raises:
        NotFound: it is not, or not for the node that asks.

    Source: Lemmy 1.0, `is_follower`.
    """
    services, name = request.app[SERVICES], name_in(request)
    asked = request.query["is_follower"]
    if request.match_info["folder"] != "communities" or not is_iri(asked):
        raise NotFound
    await services.db.read(read_is_follower, name, asked, request[SIGNER])
    reply = web.Response()
    keep_private(reply)
    return reply


def read_is_follower(tx: Tx, name: str, asked: str, signer: str | None) -> None:
    group = local_actor(tx, "Group", name)
    for one in (signer, asked):
        reader = spoken_for(tx, group, one)
        found = known_local(tx, "communities", name, reader)
        if is_open_to_all(tx, found) or not is_allowed(tx, Act.READ, found, reader):
            raise NotFound
