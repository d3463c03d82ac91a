"""Pictures of people here as pages show them: the small one, which leads to the whole.

Nothing is loaded from another host: what hangs on a post of another node stays a link (T65).
"""

from dataclasses import dataclass

from node.http.file_links import path_of
from node.topics.actors.store import Actor
from node.topics.files.store import small_url_of
from node.topics.posts.parts import Attachment

FOLDER = "/files/"
WIDTH_MAX, HEIGHT_MAX = 480, 320
"""How large one is shown, in pixels of the page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on a page: the small one, the whole, and the size that it takes up before it is
    there, so that nothing jumps."""

    small: str
    whole: str
    width: int
    height: int
    description: str


def shown_here(attachment: Attachment) -> Shown | None:
    """How what hangs on a post is shown; None for what lies elsewhere, or is no picture."""
    if attachment.file_id is None or attachment.preview_url is None:
        return None
    return shown_as(
        path_of(attachment.preview_url),
        path_of(attachment.url),
        attachment.width,
        attachment.height,
        attachment.description,
    )


def shown_as(
    small: str, whole: str, width: int | None, height: int | None, description: str | None
) -> Shown:
    """How a picture is shown that lies here at these paths and has that size."""
    has_width, has_height = width or WIDTH_MAX, height or HEIGHT_MAX
    part = min(1.0, WIDTH_MAX / has_width, HEIGHT_MAX / has_height)
    return Shown(
        small=small,
        whole=whole,
        width=max(1, round(has_width * part)),
        height=max(1, round(has_height * part)),
        description=description or "",
    )


def pictures_here(attachments: tuple[Attachment, ...]) -> list[Shown]:
    """What of all that hangs on a post is shown."""
    return [shown for one in attachments if (shown := shown_here(one)) is not None]


def links_to(attachments: tuple[Attachment, ...]) -> list[Attachment]:
    """What of all that hangs on a post is a link."""
    return [one for one in attachments if shown_here(one) is None]


def small_of_ours(actor: Actor, url: str | None) -> str | None:
    """Where the small one of a picture of one of ours is; None for any that lies elsewhere."""
    if not actor.local or not url or not path_of(url).startswith(FOLDER):
        return None
    return path_of(small_url_of(url))


def face_of(actor: Actor) -> str | None:
    """Where somebody's face is, small; None where a letter stands for them."""
    return small_of_ours(actor, actor.icon_url)


def banner_of(actor: Actor) -> str | None:
    """Where the banner across somebody's page is, small; None if they have none."""
    return small_of_ours(actor, actor.image_url)
