"""Pictures as apps send them: one at a time, before the post on which they are to hang."""

from aiohttp import web

from node.api.accounts import ABSENT
from node.api.auth import Requester, read_as, write_as
from node.api.drafts import Described, describe_own
from node.api.media_entity import file_entity
from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.params import Params, id_of, read_params
from node.http.responses import Entity, json_reply
from node.http.uploads import picture_kept, read_upload, room_for_member
from node.topics.actors.store import Actor
from node.topics.files.actions import Said, drop_own, keep_file, own_file
from node.topics.files.rules import check_description, check_room, focus_in
from node.topics.files.store import File, bytes_kept_for

NO_PICTURE = "Choose a picture to send."


async def post_media(request: web.Request) -> web.Response:
    """`POST /api/v2/media` and `POST /api/v1/media`: `file`, `description`, `focus`.

    It answers once the picture is drawn anew, with 200 and never 202: that takes a second, and
    whoever sent what cannot be taken learns it at once. A `thumbnail` is ignored: a small picture
    is made of each. Whoever has no room left is told so before anything is read.
    """
    room = room_for_member(request)
    owner = await read_as(request, who_has_room, room)
    form = await read_upload(request)
    body, said = form.picture("file"), said_in(form.params)
    if body is None:
        raise Invalid(NO_PICTURE)
    async with picture_kept(request, owner, body, "post", said) as file:
        return json_reply(await write_as(request, keep_for, file, room))


def who_has_room(tx: Tx, requester: Requester, bytes_max: int) -> Actor:
    """Who asks.

    Raises:
        Invalid: there is no room for any more files of theirs.
    """
    me = requester.me.actor
    check_room(bytes_kept_for(tx, me.id), 1, bytes_max)
    return me


def said_in(params: Params) -> Said:
    """What is said of a new picture.

    Raises:
        Invalid: it is too long, or the focus is outside of the picture.
    """
    return Said(check_description(params.text("description")), focus_in(params.text("focus")))


def keep_for(tx: Tx, requester: Requester, file: File, bytes_max: int) -> Entity:
    keep_file(tx, file, bytes_max)
    return file_entity(tx, requester, file)


def unused_file(tx: Tx, requester: Requester, text: str) -> File:
    """Somebody's own picture that hangs on nothing.

    Raises:
        NotFound: there is none, it is somebody else's, or it hangs on a post.
    """
    try:
        file = own_file(tx, requester.me.actor, id_of(text))
    except NotFound:
        raise NotFound(ABSENT) from None
    if file.post_id is not None:
        raise NotFound(ABSENT)
    return file


async def get_media(request: web.Request) -> web.Response:
    """`GET /api/v1/media/:id`, while it hangs on nothing."""
    return json_reply(await read_as(request, read_media, request.match_info["id"]))


def read_media(tx: Tx, requester: Requester, text: str) -> Entity:
    return file_entity(tx, requester, unused_file(tx, requester, text))


async def put_media(request: web.Request) -> web.Response:
    """`PUT /api/v1/media/:id`: `description` and `focus`, while it hangs on nothing; what is not
    sent stays. Of a picture on a post, an edit of that says what it shows."""
    params, text = await read_params(request), request.match_info["id"]
    changes = changes_in(params, text)
    return json_reply(await write_as(request, change_media, text, changes))


def changes_in(params: Params, text: str) -> Described:
    """What an app says anew of the picture of an id.

    Raises:
        Invalid: it is too long, or the focus is outside of the picture.
        NotFound: it is no id.
    """
    file_id, said = id_of(text), said_in(params)
    if file_id is None:
        raise NotFound(ABSENT)
    return Described(
        file_id,
        description=said.description or "" if params.has("description") else None,
        focus=said.focus if params.has("focus") else None,
    )


def change_media(tx: Tx, requester: Requester, text: str, changes: Described) -> Entity:
    unused_file(tx, requester, text)
    return file_entity(tx, requester, describe_own(tx, requester.me.actor, changes))


async def delete_media(request: web.Request) -> web.Response:
    """`DELETE /api/v1/media/:id`; one that hangs on a post is not taken from there, which is the
    fault of none of the fields that apps read of (`details`)."""
    try:
        await write_as(request, drop_media, request.match_info["id"])
    except Invalid as error:
        return json_reply({"error": error.sentence, "details": {}}, error.status)
    return json_reply({})


def drop_media(tx: Tx, requester: Requester, text: str) -> None:
    try:
        drop_own(tx, requester.me.actor, id_of(text), requester.now)
    except NotFound:
        raise NotFound(ABSENT) from None
