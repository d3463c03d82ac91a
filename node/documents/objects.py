"""Our actors, posts and activities as other nodes read them.

What everybody may read is given to all; a post for some to those it is for, who sign the request.
The rest looks as if it were not there.
"""

from dataclasses import dataclass

from aiohttp import web

from federation import documents
from federation.documents.quote import STAMP_KIND
from federation.origin import is_same_origin
from node.base.errors import NotFound
from node.db.tx import Tx
from node.documents.negotiation import keep_private
from node.documents.readers import note_reader, note_told_gone
from node.documents.responses import Json, document_response
from node.http.services import SERVICES, SIGNER
from node.topics.actors.documents import day_of
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri
from node.topics.blocks.store import are_apart
from node.topics.communities.permissions import spoken_for
from node.topics.permissions.kept_out import note_kept_out
from node.topics.posts.documents import post_value
from node.topics.posts.gone_post import gone_post
from node.topics.posts.store import Post, post_by_iri
from node.topics.posts.views import post_views
from node.topics.quotes.store import stamp_by_iri
from node.topics.timelines.documents import activity_body


async def post_object(request: web.Request) -> web.Response:
    """`/posts/ID`: the object, or a tombstone (410) where a public one was deleted.

    What is not for everybody is given to those it is for, who sign the request themselves.
    """
    services = request.app[SERVICES]
    iri = f"{services.config.node.url}/posts/{request.match_info['id']}"
    try:
        found = await services.db.read(read_post, iri, request[SIGNER])
    except NotFound:
        await note_told_gone(request, iri)
        raise
    await (note_told_gone(request, iri) if found.is_gone else note_reader(request, found.document))
    reply = document_response(request, found.document)
    if found.is_gone:
        reply.set_status(410)
    if not found.is_open:
        keep_private(reply)
    return reply


async def activity_object(request: web.Request) -> web.Response:
    """`/activities/ID`: a public activity as it was sent."""
    services = request.app[SERVICES]
    iri = f"{services.config.node.url}/activities/{request.match_info['id']}"
    document = await services.db.read(read_activity, iri, request[SIGNER])
    if document is None:
        raise NotFound
    await note_reader(request, document)
    return document_response(request, document)


def read_activity(tx: Tx, iri: str, signer: str | None) -> Json | None:
    return activity_body(tx, iri, actor_by_iri(tx, signer) if signer else None)


async def stamp_object(request: web.Request) -> web.Response:
    """`/stamps/ID`: that an author of ours agreed to be quoted, or (410) does no longer."""
    services = request.app[SERVICES]
    iri = f"{services.config.node.url}/stamps/{request.match_info['id']}"
    document, is_gone = await services.db.read(read_stamp, iri)
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
        gone_on = day_of(stamp.revoked_at)
        stone = documents.Tombstone(iri=iri, former_kind=STAMP_KIND, deleted=gone_on)
        return documents.render_tombstone(stone), True
    value = documents.QuoteAuthorization(
        iri=iri, author=author.iri, quoting=stamp.quoting_iri, quoted=stamp.quoted_iri
    )
    return documents.render_quote_authorization(value), False


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
    if post is not None and actor_by_id(tx, post.author_id) is None:
        raise NotFound
    gone = gone_post(tx, iri) if post is None else None
    if gone is not None:
        stone = documents.Tombstone(iri=iri, former_kind=gone.kind, deleted=day_of(gone.deleted_at))
        return FoundPost(documents.render_tombstone(stone), is_gone=True)
    group = actor_by_id(tx, post.community_id) if post and post.community_id else None
    reader = spoken_for(tx, group, signer)
    if post is not None and reader is not None and are_apart(tx, reader.id, post.author_id):
        raise NotFound
    if post is None or not post.local or not is_shown(tx, post, group, reader, signer):
        if reader is not None:
            note_kept_out("fetch", reader.kind, reader.host)
        raise NotFound
    document = documents.render_post(post_value(tx, post), with_context=True)
    return FoundPost(document, is_open=post.id in post_views(tx, [post.id], None))


def is_shown(
    tx: Tx, post: Post, group: Actor | None, reader: Actor | None, signer: str | None
) -> bool:
    """Whether a post of ours is for whoever asks; what is said to the members of a community
    elsewhere is also for its own home, which has passed it on."""
    is_theirs = group is not None and not group.local and post.visibility == "members"
    if group is not None and is_theirs and signer is not None:
        return is_same_origin(signer, group.iri)
    return post.id in post_views(tx, [post.id], reader)
