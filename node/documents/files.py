"""Pictures of people here, given to whoever may see what they hang on or stand for (V01).

They are pictures drawn by ourselves, of fixed types, and nothing in them can run (T62).
"""

import asyncio
from dataclasses import dataclass

from aiohttp import hdrs, web

from node.base.errors import NotFound
from node.db.tx import Tx
from node.documents.negotiation import keep_private
from node.documents.objects import read_post
from node.http.file_links import FIELD, PURPOSE, reader_in
from node.http.services import SERVICES
from node.http.sessions import PERSON
from node.topics.accounts.store import Person, somebody_here
from node.topics.actors.keys import node_secret
from node.topics.actors.store import Actor, actor_by_id
from node.topics.actors.suspended import absent_person
from node.topics.communities.permissions import is_known_to, spoken_for
from node.topics.files.store import SMALL, File, file_by_key
from node.topics.moderation.desk import decides_about
from node.topics.posts.store import post_by_id
from node.topics.posts.views import post_views, view_of_own

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    hdrs.CONTENT_DISPOSITION: "inline",
}
OPEN_TO_ALL = {
    hdrs.CACHE_CONTROL: "public, max-age=3600",
    hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
OWN_ORIGIN = {"Cross-Origin-Resource-Policy": "same-origin"}
SIGNED = ("Signature", "Signature-Input")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, and whether anybody may see it."""

    file: File
    is_open: bool


async def file_object(request: web.Request) -> web.StreamResponse:
    """`/files/KEY.jpg` and `/files/KEY-small.jpg`.

    What is not for everybody is given to a member who is signed in, as a reader or as who has to
    decide about it, to an app by an address made for its reader, and to another node that signs;
    each time it is asked whether they may see it.
    """
    services = request.app[SERVICES]
    name = request.match_info["name"].partition(".")[0]
    key, is_small = name.removesuffix(SMALL), name.endswith(SMALL)
    found = await found_for(request, key)
    body = await asyncio.to_thread(services.blobs.get, name)
    file = found.file
    url = file.small_url if is_small else file.url
    if body is None or not url.endswith(request.path):
        raise NotFound
    media_type = file.small_media_type if is_small else file.media_type
    headers = HEADERS | (OPEN_TO_ALL if found.is_open else OWN_ORIGIN)
    reply = web.Response(body=body, content_type=media_type, headers=headers)
    if not found.is_open:
        keep_private(reply)
    return reply


async def found_for(request: web.Request, key: str) -> FoundFile:
    """The file of that key, for whoever asks, in whichever way they say who they are."""
    services, now = request.app[SERVICES], request.app[SERVICES].clock.now()
    person: Person | None = request.get(PERSON)
    link = request.query.get(FIELD, "")
    try:
        return await services.db.read(
            read_file, key, person.actor if person else None, request.path, link, now
        )
    except NotFound:
        if not any(name in request.headers for name in SIGNED):
            raise
    signer = await services.readers.check(request)
    return await services.db.read(read_signed, key, signer)


def read_file(tx: Tx, key: str, reader: Actor | None, path: str, link: str, now: int) -> FoundFile:
    """The file of that key for a reader of our own, or a visitor.

    Raises:
        NotFound: there is none, or it is not for them; the two look the same.
    """
    reader = reader or reader_of_link(tx, path, link, now)
    file = file_by_key(tx, key)
    if file is None:
        raise NotFound
    if file.use != "post":
        return face_for(tx, file, reader)
    if file.post_id is None:
        if reader is None or reader.id != file.owner_id or file.is_gone:
            raise NotFound
        return FoundFile(file, is_open=False)
    if file.post_id not in post_views(tx, [file.post_id], reader):
        if reader is None:
            raise NotFound
        if not decides_about(tx, reader, file.post_id):
            view_of_own(tx, file.post_id, reader)
    return FoundFile(file, is_open=file.post_id in post_views(tx, [file.post_id], None))


def reader_of_link(tx: Tx, path: str, link: str, now: int) -> Actor | None:
    """For whom of ours an address was made; None if for nobody, or they are here no longer."""
    reader_id = reader_in(node_secret(tx, PURPOSE), path, link, now) if link else None
    return somebody_here(tx, reader_id) if reader_id is not None else None


def face_for(tx: Tx, file: File, reader: Actor | None) -> FoundFile:
    """Somebody's face or banner, or a community's, for whoever may know that they are there."""
    owner = actor_by_id(tx, file.owner_id)
    shown = (owner.icon_url, owner.image_url) if owner is not None else ()
    if owner is None or file.url not in shown or absent_person(tx, owner.iri) is not None:
        raise NotFound
    if not is_known_to(tx, owner, reader):
        raise NotFound
    return FoundFile(file, is_open=is_known_to(tx, owner, None))


def read_signed(tx: Tx, key: str, signer: str | None) -> FoundFile:
    """The file of that key for another node, by who signs: what that may read as a document, it may
    see as well.

    Raises:
        NotFound: there is none, or it is not for them.
    """
    file = file_by_key(tx, key)
    if file is None:
        raise NotFound
    if file.use != "post":
        owner = actor_by_id(tx, file.owner_id)
        group = owner if owner is not None and owner.is_group else None
        return face_for(tx, file, spoken_for(tx, group, signer))
    post = post_by_id(tx, file.post_id) if file.post_id is not None else None
    if post is None:
        raise NotFound
    found = read_post(tx, post.iri, signer)
    return FoundFile(file, is_open=found.is_open)
