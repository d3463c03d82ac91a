"""Pictures as the client API shows them: `MediaAttachment` entities, and addresses for one reader.

Apps load pictures without a token, so what not everybody may see is given an address made for the
one who asks, good for ten minutes at most (`node/http/file_links.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from node.api.auth import Requester
from node.db.tx import Tx
from node.http.file_links import PURPOSE, link_for
from node.http.responses import Entity
from node.topics.actors.keys import node_secret
from node.topics.files.store import File
from node.topics.posts.attached_files import attachment_of_file
from node.topics.posts.parts import Attachment
from node.topics.posts.store import Post

MEDIA_KINDS = {"Image": "image", "Video": "video", "Audio": "audio"}


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses of our own files for one reader (T69)."""

    secret: bytes
    reader_id: int
    now: int

    def to(self, url: str) -> str:
        """The address of one of our files, for that reader."""
        return link_for(self.secret, url, self.reader_id, self.now)


def links_for(tx: Tx, requester: Requester) -> Links | None:
    """What makes addresses for whoever asks; None for a visitor, who gets none."""
    reader = requester.reader
    return Links(node_secret(tx, PURPOSE), reader.id, requester.now) if reader else None


def media_entities(post: Post) -> list[Entity]:
    """What hangs on a post, the same for every reader."""
    return [media_entity(post.id, index, one) for index, one in enumerate(post.attachments)]


def media_entity(post_id: int, index: int, attachment: Attachment) -> Entity:
    """A `MediaAttachment`; one of ours goes by the id of its file, and is nowhere else."""
    is_ours = attachment.file_id is not None
    return {
        "id": str(attachment.file_id) if is_ours else f"{post_id}{index:02}",
        "type": MEDIA_KINDS.get(attachment.kind, media_kind(attachment.media_type)),
        "url": attachment.url,
        "preview_url": attachment.preview_url or attachment.url,
        "remote_url": None if is_ours else attachment.url,
        "meta": meta_of(attachment),
        "description": attachment.description,
        "blurhash": attachment.blurhash,
    }


def meta_of(attachment: Attachment) -> Entity:
    """Its size and where in it that is which must be seen, as far as they are known."""
    meta: Entity = {}
    width, height = attachment.width, attachment.height
    if width and height:
        meta["original"] = {
            "width": width,
            "height": height,
            "size": f"{width}x{height}",
            "aspect": width / height,
        }
    if attachment.focus is not None:
        meta["focus"] = dict(zip("xy", attachment.focus, strict=True))
    return meta


def media_kind(media_type: str | None) -> str:
    kind = (media_type or "").partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "unknown"


def is_own(entity: Entity) -> bool:
    """Whether a `MediaAttachment` is a file of ours."""
    return entity["remote_url"] is None


def has_own(entities: Sequence[Entity]) -> bool:
    """Whether there is a file of ours among `MediaAttachment` entities."""
    return any(is_own(one) for one in entities)


def linked(entities: Sequence[Entity], links: Links | None) -> list[Entity]:
    """`MediaAttachment` entities with addresses for one reader where they are files of ours."""
    if links is None:
        return list(entities)
    return [
        one | {"url": links.to(one["url"]), "preview_url": links.to(one["preview_url"])}
        if is_own(one)
        else one
        for one in entities
    ]


def file_entity(tx: Tx, requester: Requester, file: File) -> Entity:
    """The `MediaAttachment` of somebody's own file, which hangs on nothing yet."""
    plain = media_entity(0, 0, attachment_of_file(file))
    return linked([plain], links_for(tx, requester))[0]
