"""Our actors, posts and activities as other nodes read them.

What everybody may read is given to all; a post for some to those it is for, who sign the request.
The rest looks as if it were not there.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from aiohttp import hdrs, web

from federation import documents
from federation.documents.media_types import ACTIVITY_TYPE
from federation.documents.quote import STAMP_KIND
from node.actors.documents import actor_document
from node.actors.store import Actor, actor_by_id, actor_by_iri, instance_actor, local_actor
from node.communities.store import community_by_actor
from node.db.tx import Tx
from node.errors import NotFound
from node.posts.documents import post_value
from node.posts.quotes import stamp_by_iri
from node.posts.store import Post, gone_post, post_by_iri
from node.posts.views import post_views
from node.shell import SHELL, SIGNER
from node.timelines.documents import activity_body
from node.web.negotiation import keep_private

Json = dict[str, Any]
CACHE = "public, max-age=60"
TAG_CHARACTERS = 32
FOLDERS = {"people": ("Person", "Organization", "Service"), "communities": ("Group",)}


def document_response(request: web.Request, document: Json) -> web.Response:
    """A document, which caches may keep for a minute; 304 to who has it already (FEP-f228)."""
    body = msgspec.json.encode(document)
    tag = sha256(body).hexdigest()[:TAG_CHARACTERS]
    headers = {hdrs.CACHE_CONTROL: CACHE, hdrs.VARY: "Accept", hdrs.ETAG: f'"{tag}"'}
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=ACTIVITY_TYPE, headers=headers)


async def person_document(request: web.Request) -> web.Response:
    """`/people/NAME`"""
    shell = request.app[SHELL]
    return document_response(request, await shell.db.read(read_actor, "people", name_in(request)))


async def community_document(request: web.Request) -> web.Response:
    """`/communities/NAME`"""
    shell = request.app[SHELL]
    return document_response(
        request, await shell.db.read(read_actor, "communities", name_in(request))
    )


async def node_document(request: web.Request) -> web.Response:
    """`/actor`: the node itself, readable by everybody, so that signed fetches never nest (T9)."""
    shell = request.app[SHELL]
    return document_response(request, await shell.db.read(read_node_actor))


async def post_object(request: web.Request) -> web.Response:
    """`/posts/ID`: the object, or a tombstone (410) where a public one was deleted.

    What is not for everybody is given to those it is for, who sign the request themselves.
    """
    shell = request.app[SHELL]
    iri = f"{shell.config.node.url}/posts/{request.match_info['id']}"
    found = await shell.db.read(read_post, iri, request[SIGNER])
    reply = document_response(request, found.document)
    if found.is_gone:
        reply.set_status(410)
    if not found.is_open:
        keep_private(reply)
    return reply


async def activity_object(request: web.Request) -> web.Response:
    """`/activities/ID`: a public activity as it was sent."""
    shell = request.app[SHELL]
    iri = f"{shell.config.node.url}/activities/{request.match_info['id']}"
    document = await shell.db.read(activity_body, iri)
    if document is None:
        raise NotFound
    return document_response(request, document)


async def stamp_object(request: web.Request) -> web.Response:
    """`/stamps/ID`: that an author of ours agreed to be quoted, or (410) does no longer."""
    shell = request.app[SHELL]
    iri = f"{shell.config.node.url}/stamps/{request.match_info['id']}"
    document, is_gone = await shell.db.read(read_stamp, iri)
    reply = document_response(request, document)
    if is_gone:
        reply.set_status(410)
    return reply


def read_stamp(tx: Tx, iri: str) -> tuple[Json, bool]:
    """The document at a stamp's address, and whether it is a tombstone.

    Raises:
        NotFound: no author of ours gave one there.
    """
    stamp = stamp_by_iri(tx, iri)
    author = actor_by_id(tx, stamp.author_id) if stamp else None
    if stamp is None or author is None or not author.local:
        raise NotFound
    if stamp.revoked_at is not None:
        stone = documents.Tombstone(iri=iri, former_kind=STAMP_KIND, deleted=stamp.revoked_at)
        return documents.render_tombstone(stone), True
    value = documents.QuoteAuthorization(
        iri=iri, author=author.iri, quoting=stamp.quoting_iri, quoted=stamp.quoted_iri
    )
    return documents.render_quote_authorization(value), False


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


@dataclass(frozen=True, slots=True)
class FoundPost:
    """What is at a post's address; `is_open` says whether anybody may read it."""

    document: Json
    is_gone: bool = False
    is_open: bool = True


def read_post(tx: Tx, iri: str, signer: str | None) -> FoundPost:
    """What is at a post's address, for the actor of another node that asks, or for a visitor.

    Raises:
        NotFound: there is nothing, or nothing for that reader; the two look the same.
    """
    post = post_by_iri(tx, iri)
    gone = gone_post(tx, iri) if post is None else None
    if gone is not None:
        stone = documents.Tombstone(iri=iri, former_kind=gone.kind, deleted=gone.deleted_at)
        return FoundPost(documents.render_tombstone(stone), is_gone=True)
    reader = actor_by_iri(tx, signer) if signer else None
    is_theirs = (
        post is not None and reader is not None and post.id in post_views(tx, [post.id], reader)
    )
    if post is None or not post.local or not (is_theirs or is_public(post)):
        raise NotFound
    document = documents.render_post(post_value(tx, post), with_context=True)
    return FoundPost(document, is_open=is_public(post))


def is_public(post: Post) -> bool:
    return post.visibility in ("public", "unlisted")
