"""Our actors, posts, activities and collections as other nodes read them.

Only what everybody may read is given out, signed or not; the rest looks as if it were not there.
"""

from typing import Any

import msgspec
from aiohttp import hdrs, web

from federation import documents
from federation.documents.media_types import ACTIVITY_TYPE
from node.actors.documents import actor_document
from node.actors.store import Actor, instance_actor, local_actor
from node.api.params import id_of
from node.communities.store import community_by_actor, moderator_iris
from node.db.tx import Tx
from node.errors import NotFound
from node.posts.documents import post_value
from node.posts.store import Post, gone_post_iri, post_by_iri
from node.shell import SHELL
from node.timelines.documents import (
    activity_body,
    followers_total,
    following_total,
    outbox_page,
    outbox_total,
    reply_iris,
    thread_iris,
)

Json = dict[str, Any]
CACHE = "public, max-age=60"
ROUNDED_TO = 10
FOLDERS = {"people": ("Person", "Organization", "Service"), "communities": ("Group",)}


def document_response(document: Json) -> web.Response:
    """A document, which caches may keep for a minute."""
    return web.Response(
        body=msgspec.json.encode(document),
        content_type=ACTIVITY_TYPE,
        headers={hdrs.CACHE_CONTROL: CACHE, hdrs.VARY: "Accept"},
    )


async def person_document(request: web.Request) -> web.Response:
    """`/people/NAME`"""
    shell = request.app[SHELL]
    return document_response(await shell.db.read(read_actor, "people", name_in(request)))


async def community_document(request: web.Request) -> web.Response:
    """`/communities/NAME`"""
    shell = request.app[SHELL]
    return document_response(await shell.db.read(read_actor, "communities", name_in(request)))


async def node_document(request: web.Request) -> web.Response:
    """`/actor`: the node itself, readable by everybody, so that signed fetches never nest (T9)."""
    shell = request.app[SHELL]
    return document_response(await shell.db.read(read_node_actor))


async def node_collection(request: web.Request) -> web.Response:
    """`/actor/outbox` and the like, all empty: the node itself says nothing and follows nobody."""
    shell = request.app[SHELL]
    iri = f"{shell.config.node.url}/actor/{request.match_info['collection']}"
    return document_response(documents.render_collection(iri, items=[], total=0))


async def post_object(request: web.Request) -> web.Response:
    """`/posts/ID`: the object, or a tombstone (410) where a public one was deleted."""
    shell = request.app[SHELL]
    iri = f"{shell.config.node.url}/posts/{request.match_info['id']}"
    document, is_gone = await shell.db.read(read_post, iri)
    reply = document_response(document)
    if is_gone:
        reply.set_status(410)
    return reply


async def activity_object(request: web.Request) -> web.Response:
    """`/activities/ID`: a public activity as it was sent."""
    shell = request.app[SHELL]
    iri = f"{shell.config.node.url}/activities/{request.match_info['id']}"
    document = await shell.db.read(activity_body, iri)
    if document is None:
        raise NotFound
    return document_response(document)


async def post_collection(request: web.Request) -> web.Response:
    """`/posts/ID/replies` and `/posts/ID/context`, whole and in order."""
    shell = request.app[SHELL]
    iri = f"{shell.config.node.url}/posts/{request.match_info['id']}"
    name = request.match_info["collection"]
    return document_response(await shell.db.read(read_post_collection, iri, name))


async def actor_collection(request: web.Request) -> web.Response:
    """`/people/NAME/outbox` and the like: the outbox is paged, who follows whom is only counted."""
    shell = request.app[SHELL]
    before = request.query.get("before", "")
    document = await shell.db.read(
        read_actor_collection,
        request.match_info["folder"],
        name_in(request),
        request.match_info["collection"],
        id_of(before),
    )
    return document_response(document)


def name_in(request: web.Request) -> str:
    return request.match_info["name"]


def known_local(tx: Tx, folder: str, name: str) -> Actor:
    """Our own actor of that name.

    Raises:
        NotFound: there is none, or it is a community that is not public.
    """
    for kind in FOLDERS.get(folder, ()):
        actor = local_actor(tx, kind, name)
        if actor is not None and is_open(tx, actor) and actor.name == name:
            return actor
    raise NotFound


def is_open(tx: Tx, actor: Actor) -> bool:
    community = community_by_actor(tx, actor.id) if actor.is_group else None
    return not actor.is_group or (community is not None and community.visibility == "public")


def read_actor(tx: Tx, folder: str, name: str) -> Json:
    return actor_document(tx, known_local(tx, folder, name))


def read_node_actor(tx: Tx) -> Json:
    return actor_document(tx, instance_actor(tx))


def read_post(tx: Tx, iri: str) -> tuple[Json, bool]:
    """The document at a post's address, and whether it is a tombstone."""
    post = post_by_iri(tx, iri)
    if post is None and gone_post_iri(tx, iri):
        return documents.render_tombstone(iri), True
    value = post_value(tx, public_post(tx, post))
    return documents.render_post(value, with_context=True), False


def public_post(tx: Tx, post: Post | None) -> Post:
    """The post, if it is ours and anybody may read it.

    Raises:
        NotFound: it is not; the same as if it were not there.
    """
    if post is None or not post.local or post.visibility not in ("public", "unlisted"):
        raise NotFound
    return post


def read_post_collection(tx: Tx, iri: str, name: str) -> Json:
    post = public_post(tx, post_by_iri(tx, iri))
    iris = thread_iris(tx, post) if name == "context" else reply_iris(tx, post)
    return documents.render_collection(f"{iri}/{name}", items=iris, total=len(iris))


def read_actor_collection(
    tx: Tx, folder: str, name: str, collection: str, before: int | None
) -> Json:
    actor = known_local(tx, folder, name)
    iri = f"{actor.iri}/{collection}"
    if collection == "outbox":
        return read_outbox(tx, actor, iri, before)
    if collection == "moderators":
        iris = moderator_iris(tx, actor.id) if actor.is_group else []
        return documents.render_collection(iri, items=iris, total=len(iris))
    if collection == "featured":
        return documents.render_collection(iri, items=[], total=0)
    count = followers_total if collection == "followers" else following_total
    total = count(tx, actor.id) // ROUNDED_TO * ROUNDED_TO
    return documents.render_collection(iri, total=total)


def read_outbox(tx: Tx, actor: Actor, iri: str, before: int | None) -> Json:
    if before is None:
        total = outbox_total(tx, actor.id)
        first = f"{iri}?before={2**62}"
        return documents.render_collection(iri, total=total, first=first)
    page = outbox_page(tx, actor.id, before)
    after = f"{iri}?before={page.next_before}" if page.next_before else None
    return documents.render_collection_page(
        f"{iri}?before={before}", part_of=iri, items=page.activities, after=after
    )
