"""What a reader's app is given of pictures that others are not: addresses for that reader alone.

Ours that not everybody may see, and copies of those of other nodes, are linked for ten minutes.
"""

from collections.abc import Collection, Mapping

from node.api.auth import Requester
from node.api.media_entity import Links, is_own, linked, links_for
from node.db.tx import Tx
from node.http.responses import Entity
from node.topics.remote_pictures.store import RemotePicture, pictures_on

NO_REMOTE: Entity = {"remote_url": None}
NOWHERE: Entity = {"type": "unknown", "url": None, "preview_url": None}
Copies = Mapping[str, RemotePicture]


def personal_media(
    tx: Tx, requester: Requester, entities: Mapping[int, Entity], open_ids: Collection[int]
) -> dict[int, Entity]:
    """What a member's app is given in place of the `media_attachments` of statuses, by post id;
    only of those where that may differ from what everybody is given.

    Of a picture of another node that is not for everybody and has no copy no address is given: its
    home would give the app nothing.
    """
    asked = {
        one: status["media_attachments"]
        for one, status in entities.items()
        if is_personal(status["media_attachments"], is_open=one in open_ids)
    }
    links = links_for(tx, requester) if asked else None
    if links is None:
        return {}
    copies = pictures_on(tx, [one for one, media in asked.items() if not all(map(is_own, media))])
    return {
        one: {
            "media_attachments": [
                media_for(
                    each, copies.get(one, {}), links, requester.origin, is_open=one in open_ids
                )
                for each in media
            ]
        }
        for one, media in asked.items()
    }


def is_personal(media: Collection[Entity], *, is_open: bool) -> bool:
    """Whether what hangs on a status may have other addresses for each reader."""
    return any(not (is_own(one) and is_open) for one in media)


def media_for(media: Entity, copies: Copies, links: Links, origin: str, *, is_open: bool) -> Entity:
    """One `MediaAttachment` for one reader."""
    if is_own(media):
        return media if is_open else linked([media], links)[0]
    found = copies.get(media["remote_url"])
    if found is not None and found.is_kept:
        return media | links_to(found, links, origin) | ({} if is_open else NO_REMOTE)
    return media if is_open or media["type"] != "image" else media | NOWHERE


def links_to(found: RemotePicture, links: Links, origin: str) -> Entity:
    """Where a reader's app finds a copy, whole and small."""
    return {
        "type": "image",
        "url": links.to(f"{origin}{found.path}"),
        "preview_url": links.to(f"{origin}{found.small_path}"),
        "meta": {"original": {"width": found.width, "height": found.height}},
    }
