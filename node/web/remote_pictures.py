"""Pictures of other nodes on our pages: the copies that are kept, and the button to have one."""

from dataclasses import dataclass

from aiohttp import web

from federation.origin import authority_of
from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.topics.actors.store import Actor
from node.topics.posts.parts import Attachment
from node.topics.posts.pictures import audience_of, pictures_elsewhere
from node.topics.posts.views import PostView, post_view
from node.topics.remote_pictures.fetching import ask_for
from node.web.shown_pictures import Shown, shown_as


@dataclass(frozen=True, slots=True)
class Offered:
    """A picture that there is no copy of; `number` is its place on the post.

    `is_awaited`: it comes by itself. `is_given_up`: it could not be had.
    """

    number: int
    url: str
    host: str
    alt: str
    is_awaited: bool
    is_given_up: bool


def copies_shown(view: PostView) -> list[Shown]:
    """The copies that are kept of what hangs on a post."""
    shown = ((one, view.copies.get(one.url)) for one in pictures_elsewhere(view.post.attachments))
    return [
        shown_as(found.small_path, found.path, found.width, found.height, one.description)
        for one, found in shown
        if found is not None and found.is_kept
    ]


def copies_offered(view: PostView) -> list[Offered]:
    """The pictures on a post of another node that there is no copy of."""
    offered = []
    for number, one in enumerate(pictures_elsewhere(view.post.attachments)):
        found = view.copies.get(one.url)
        if found is not None and found.is_kept:
            continue
        is_awaited = found is not None and found.is_awaited
        is_given_up = found is not None and found.state == "given up"
        alt = one.description or "no description"
        offered.append(
            Offered(number, one.url, authority_of(one.url), alt, is_awaited, is_given_up)
        )
    return offered


def left_as_links(view: PostView) -> list[Attachment]:
    """What hangs on a post and is no picture of another node."""
    elsewhere = pictures_elsewhere(view.post.attachments)
    return [one for one in view.post.attachments if one not in elsewhere]


async def show_picture(request: web.Request) -> web.StreamResponse:
    """Have a picture of another node fetched, because somebody pressed for it."""
    person, params = await form_of(request)
    post_id, number = id_of(params.text("post")), params.number("number")
    services = request.app[SERVICES]
    if post_id is None or number is None or not services.config.files.remote_megabytes:
        raise NotFound
    now = services.clock.now()
    await services.db.write(ask_for_picture, person.actor, post_id, number, now)
    return see_other(f"{params.text('next', '/')}#p{post_id}")


def ask_for_picture(tx: Tx, me: Actor, post_id: int, number: int, now: int) -> None:
    """Ask for a picture of a post.

    Raises:
        NotFound: there is no such post, or not for them, or it has no such picture.
    """
    view = post_view(tx, post_id, me)
    pictures = () if view.post.local else pictures_elsewhere(view.post.attachments)
    if not 0 <= number < len(pictures):
        raise NotFound
    post = view.post
    audience = audience_of(post.id, post.visibility, post.community_id)
    ask_for(tx, post.id, pictures[number].url, audience, now)
