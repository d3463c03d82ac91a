"""The picture of a community, for those who organise it."""

from aiohttp import web

from node.base.errors import Invalid, TooLarge
from node.db.tx import Tx
from node.http.csrf import upload_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.uploads import Upload, picture_kept, room_for_member
from node.topics.actors.store import Actor
from node.topics.files.actions import Said
from node.topics.organising.actions import organised
from node.topics.organising.picture import show_community_picture, show_no_community_picture
from node.web.communities import read_organised, settings_page, typed_of

NONE_CHOSEN = "Choose a picture first."


async def post_picture(request: web.Request) -> web.StreamResponse:
    """`/organise/NAME/picture`: another picture, or none."""
    person, upload = await upload_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    group, community = await services.db.read(read_organised, person.actor, name)
    try:
        if upload.params.flag("off"):
            await services.db.write(take_off, person.actor, name, services.clock.now())
        else:
            await show(request, person.actor, group, upload)
    except (Invalid, TooLarge) as problem:
        typed = typed_of(group, community)
        return settings_page(request, group, community, typed, wrong_picture=problem.sentence)
    services.wake_sender()
    return see_other(f"/organise/{name}?changed=yes")


async def show(request: web.Request, me: Actor, group: Actor, upload: Upload) -> None:
    """Show the picture that was sent.

    Raises:
        Busy: too many are being drawn, or there is no room on the disk.
        Invalid, TooLarge: there is none, or it cannot be taken.
    """
    services, body = request.app[SERVICES], upload.picture("picture")
    if not body:
        raise Invalid(NONE_CHOSEN)
    now, room = services.clock.now(), room_for_member(request)
    async with picture_kept(request, group, body, "face", Said()) as file:
        await services.db.write(show_community_picture, me, group, file, room, now)


def take_off(tx: Tx, me: Actor, name: str, now: int) -> None:
    show_no_community_picture(tx, me, organised(tx, me, name), now)
