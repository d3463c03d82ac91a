"""What hangs on a post: pictures, sounds, films and links, read and rendered."""

from dataclasses import dataclass
from typing import Any

from federation.documents.shapes import (
    Json,
    kind_of,
    many,
    number_of,
    text_of,
    url_of,
    without_nothing,
)

ATTACHMENT_KINDS = frozenset(("Document", "Image", "Video", "Audio", "Link", "Page"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture, sound, film or link that hangs on a post; `description` is for who cannot see."""

    kind: str
    url: str
    media_type: str | None = None
    description: str | None = None
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None


def attachments_of(value: Json) -> tuple[Attachment, ...]:
    """What hangs on a post, of the kinds we know and with an address."""
    found = (attachment_of(each) for each in many(value.get("attachment")))
    return tuple(each for each in found if each is not None)


def attachment_of(value: Json) -> Attachment | None:
    kind = kind_of(value)
    if kind not in ATTACHMENT_KINDS:
        return None
    url = url_of(value.get("url")) or url_of(value.get("href"))
    if url is None:
        return None
    return Attachment(
        kind=kind,
        url=url,
        media_type=text_of(value.get("mediaType")),
        description=text_of(value.get("name")) or text_of(value.get("summary")),
        width=number_of(value.get("width")),
        height=number_of(value.get("height")),
        blurhash=text_of(value.get("blurhash")),
    )


def render_attachment(attachment: Attachment) -> dict[str, Any]:
    """The JSON object of one thing that hangs on a post of ours; a page is a Link (Lemmy)."""
    if attachment.kind == "Link":
        return {"type": "Link", "href": attachment.url}
    return without_nothing(
        {
            "type": attachment.kind,
            "url": attachment.url,
            "mediaType": attachment.media_type,
            "name": attachment.description,
            "width": attachment.width,
            "height": attachment.height,
            "blurhash": attachment.blurhash,
        }
    )
