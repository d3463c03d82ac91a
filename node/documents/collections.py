"""Our collections as other nodes read them: who, what and how many, and to whom that is told."""

import re
from collections.abc import Sequence

from aiohttp import hdrs, web

from federation import documents
from federation.documents.collection import FIRST_REPLIES
from federation.documents.contexts import AS2
from federation.origin import authority_of
from node.base.errors import NotFound
from node.db.tx import Tx
from node.documents.actors import name_in
from node.documents.negotiation import keep_private
from node.documents.private_collections import (
    NEWEST,
    inside,
    is_follower,
    outbox_document,
    private_collection,
    reader_of,
)
from node.documents.readers import note_reader
from node.documents.responses import Json, document_response
from node.http.params import id_of
from node.http.services import SERVICES, SIGNER
from node.outbox.follower_digests import followers_at, list_url
from node.topics.actors.counts import followers_told
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.announce import is_open_to_all
from node.topics.communities.lookup import known_local
from node.topics.communities.moderators import moderator_iris
from node.topics.communities.permissions import is_allowed
from node.topics.conversations.collections import (
    Place,
    replies_page,
    replies_total,
    thread_page,
    thread_total,
)
from node.topics.permissions.rules import Act
from node.topics.posts.documents import post_document
from node.topics.posts.pins import pinned
from node.topics.posts.store import Post, post_by_iri
from node.topics.posts.views import post_views
from node.topics.timelines.documents import ID_MAX, outbox_page, outbox_total

PLACE = re.compile(r"(?P<at>\d{1,12})-(?P<id>\d{1,19})")


async def node_collection(request: web.Request) -> web.Response:
    """`/actor/outbox` and the like, all empty: the node itself says nothing and follows nobody."""
    services = request.app[SERVICES]
    iri = f"{services.config.node.url}/actor/{request.match_info['collection']}"
    return document_response(request, documents.render_collection(iri, items=[], total=0))


async def post_collection(request: web.Request) -> web.Response:
    """`/posts/ID/replies` and `/posts/ID/context`, in order; paged where it is long."""
    services = request.app[SERVICES]
    iri = f"{services.config.node.url}/posts/{request.match_info['id']}"
    document = await services.db.read(
        read_post_collection,
        iri,
        request.match_info["collection"],
        place_in(request.query.get("after")),
    )
    return document_response(request, document)


def place_in(text: str | None) -> Place | None:
    """Where a page of a conversation begins; None asks for the collection itself.

    Raises:
        NotFound: it is no such place.
    """
    if text is None:
        return None
    match = PLACE.fullmatch(text)
    if match is None or int(match["id"]) > ID_MAX:
        raise NotFound
    return Place(int(match["at"]), int(match["id"]))


async def actor_collection(request: web.Request) -> web.Response:
    """`/people/NAME/outbox` and the like: it is not told who follows whom (T87)."""
    services = request.app[SERVICES]
    if request.match_info["collection"] == "followers" and "domain" in request.query:
        return await partial_followers(request)
    if request.match_info["collection"] == "followers" and "is_follower" in request.query:
        return await is_follower(request)
    before = request.query.get("before", "")
    document, is_open = await services.db.read(
        read_told,
        request.match_info["folder"],
        name_in(request),
        request.match_info["collection"],
        id_of(before),
        request[SIGNER],
    )
    await note_reader(request, *document.get("first", document).get("orderedItems", ()))
    reply = document_response(request, document)
    if not is_open:
        keep_private(reply)
    return reply


async def partial_followers(request: web.Request) -> web.Response:
    """`/people/NAME/followers?domain=HOST`: who of HOST follows, for HOST alone (FEP-8fcf, T92).

    Raises:
        NotFound: it was not asked for by somebody of that host, or there is nobody to follow; the
            same to all.
    """
    services, host = request.app[SERVICES], request.query["domain"]
    signer = request[SIGNER]
    if signer is None or authority_of(signer) != host:
        raise NotFound
    document = await services.db.read(
        read_partial_followers, request.match_info["folder"], name_in(request), host, signer
    )
    reply = document_response(request, document)
    reply.headers[hdrs.CACHE_CONTROL] = "private, no-store"
    return reply


def read_partial_followers(tx: Tx, folder: str, name: str, host: str, signer: str) -> Json:
    actor = known_local(tx, folder, name, reader_of(tx, folder, name, signer))
    iris = followers_at(tx, actor.id, host)
    iri = list_url(actor.followers or f"{actor.iri}/followers", host)
    return documents.render_collection(iri, items=iris, total=len(iris))


def read_post_collection(tx: Tx, iri: str, name: str, after: Place | None) -> Json:
    """The answers to a post or its whole conversation, or a page of either from `after` on."""
    post = public_post(tx, post_by_iri(tx, iri))
    page_of, total_of = COLLECTIONS[name]
    page = page_of(tx, post, after or Place())
    address, owner = f"{iri}/{name}", owner_of(tx, post)
    more = f"{address}?after={page.next.at}-{page.next.id}" if page.next else None
    here = f"{address}?after={after.at}-{after.id}" if after else f"{address}?{FIRST_REPLIES}"
    if name == "replies":
        first = documents.render_replies_page(here, part_of=address, items=page.iris, after=more)
        whole = documents.render_replies(
            address, first=first, total=total_of(tx, post), owner=owner
        )
        return {"@context": AS2} | (first if after else whole)
    first = documents.render_collection_page(
        here, part_of=address, items=page.iris, after=more, owner=owner
    )
    if after is not None:
        return first
    if more is None:
        total = len(page.iris)
        return documents.render_collection(address, items=page.iris, total=total, owner=owner)
    return documents.render_collection(
        address, total=total_of(tx, post), first=inside(first), owner=owner
    )


COLLECTIONS = {
    "context": (thread_page, thread_total),
    "replies": (replies_page, replies_total),
}


def owner_of(tx: Tx, post: Post) -> str | None:
    """Who says what belongs to a conversation: the community of ours that it is in, or its author.

    Source: FEP-f228.
    """
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    owner = group if group is not None and group.local else actor_by_id(tx, post.author_id)
    return owner.iri if owner else None


def read_told(
    tx: Tx, folder: str, name: str, collection: str, before: int | None, signer: str | None
) -> tuple[Json, bool]:
    """A collection of one of ours, for whoever signs, and whether everybody may read it.

    Raises:
        NotFound: there is nobody of that name, or not for them.
    """
    actor = known_local(tx, folder, name, reader_of(tx, folder, name, signer))
    document = read_actor_collection(tx, folder, name, collection, before, signer)
    return document, not actor.is_group or is_open_to_all(tx, actor)


def read_actor_collection(
    tx: Tx, folder: str, name: str, collection: str, before: int | None, signer: str | None = None
) -> Json:
    reader = reader_of(tx, folder, name, signer)
    actor = known_local(tx, folder, name, reader)
    if not actor.is_group or is_open_to_all(tx, actor):
        return collection_of(tx, actor, collection, before, reader)
    if not is_allowed(tx, Act.READ, actor, reader):
        raise NotFound
    told = private_collection(tx, actor, collection, before, reader)
    return told or collection_of(tx, actor, collection, before, reader)


def collection_of(
    tx: Tx, actor: Actor, collection: str, before: int | None, reader: Actor | None
) -> Json:
    iri = f"{actor.iri}/{collection}"
    if collection == "outbox":
        return read_outbox(tx, actor, iri, before, reader)
    if collection == "moderators":
        iris = moderator_iris(tx, actor.id) if actor.is_group else []
        return documents.render_collection(iri, items=iris, total=len(iris), owner=actor.iri)
    if collection == "featured":
        return featured_document(tx, actor, seen_among(tx, pinned(tx, actor.id), reader))
    is_told = collection == "followers" and actor.is_group
    return documents.render_counted(iri, followers_told(tx, actor.id) if is_told else None)


def featured_document(tx: Tx, actor: Actor, posts: Sequence[Post]) -> Json:
    """What an actor of ours shows first.

    Our own posts in a community stand there whole, which Lemmy asks for; others, and a person's,
    by their iri, which Mastodon reads.
    """
    items: list[Json | str] = [
        post_document(tx, post) if actor.is_group and post.local else post.iri for post in posts
    ]
    iri = actor.featured or f"{actor.iri}/featured"
    return documents.render_collection(iri, items=items, total=len(items), owner=actor.iri)


def seen_among(tx: Tx, posts: Sequence[Post], reader: Actor | None) -> list[Post]:
    views = post_views(tx, [post.id for post in posts], reader)
    return [post for post in posts if post.id in views]


def read_outbox(
    tx: Tx, actor: Actor, iri: str, before: int | None, reader: Actor | None = None
) -> Json:
    """The outbox with its newest page inside, or a page of it below the entry id `before`."""
    first = outbox_document(
        actor, iri, before or NEWEST, outbox_page(tx, actor.id, before or NEWEST, reader)
    )
    if before is not None:
        return first
    total = outbox_total(tx, actor.id)
    return documents.render_collection(iri, total=total, first=inside(first), owner=actor.iri)


def public_post(tx: Tx, post: Post | None) -> Post:
    """The post, if it is ours and anybody may read it.

    Raises:
        NotFound: it is not; the same as if it were not there.
    """
    if post is None or not post.local or post.id not in post_views(tx, [post.id], None):
        raise NotFound
    return post
