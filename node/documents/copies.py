"""Copies of other nodes' pictures, for members of ours who may see the post they hang on.

Nobody else is given one, and none is fetched because it is asked for: this is no proxy (T66).
"""

import asyncio

from aiohttp import web

from node.base.errors import NotFound
from node.db.tx import Tx
from node.documents.files import HEADERS, OWN_ORIGIN, reader_of_link
from node.documents.negotiation import keep_private
from node.http.file_links import FIELD
from node.http.services import SERVICES
from node.http.sessions import PERSON
from node.topics.accounts.store import Person
from node.topics.actors.documents import day_of
from node.topics.actors.store import Actor
from node.topics.files.store import SMALL
from node.topics.posts.views import post_views
from node.topics.remote_pictures.store import (
    RemotePicture,
    note_shown,
    picture_by_key,
    posts_with,
)


async def copy_object(request: web.Request) -> web.StreamResponse:
    """`/copies/KEY.jpg` and `/copies/KEY-small.jpg`: for who is signed in, or by an address made
    for an app's reader; each time it is asked whether they may see it."""
    services = request.app[SERVICES]
    now = services.clock.now()
    person: Person | None = request.get(PERSON)
    name = request.match_info["name"].partition(".")[0]
    found = await services.db.read(
        read_copy,
        name.removesuffix(SMALL),
        person.actor if person else None,
        request.path,
        request.query.get(FIELD, ""),
        now,
    )
    is_small = name.endswith(SMALL)
    body = await asyncio.to_thread(services.blobs.get, name)
    if body is None or request.path != (found.small_path if is_small else found.path):
        raise NotFound
    if found.seen_at < day_of(now):
        await services.db.write(note_shown, found.id, now)
    media_type = found.small_media_type if is_small else found.media_type
    reply = web.Response(body=body, content_type=media_type or "", headers=HEADERS | OWN_ORIGIN)
    keep_private(reply)
    return reply


def read_copy(
    tx: Tx, key: str, reader: Actor | None, path: str, link: str, now: int
) -> RemotePicture:
    """The picture whose copy lies under that key, for a member of ours.

    Raises:
        NotFound: there is none, or it is not for them; the two look the same.
    """
    reader = reader or reader_of_link(tx, path, link, now)
    picture = picture_by_key(tx, key)
    if picture is None or reader is None or not reader.local:
        raise NotFound
    views = post_views(tx, posts_with(tx, picture.id), reader).values()
    if not any(picture.url in view.copies for view in views):
        raise NotFound
    return picture
