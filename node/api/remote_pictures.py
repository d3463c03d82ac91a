"""Pictures of other nodes in statuses: the copies that are kept, by links for one reader."""

from collections.abc import Mapping
from typing import Any

from node.api.auth import Requester
from node.db.tx import Tx
from node.http.file_links import PURPOSE, link_for
from node.http.responses import Entity
from node.topics.actors.keys import node_secret
from node.topics.remote_pictures.store import RemotePicture, pictures_on

FOR_ALL = ("public", "unlisted")


def own_media(
    tx: Tx, requester: Requester, entities: Mapping[int, Entity]
) -> dict[int, dict[str, Any]]:
    """What a member's app is given in place of the `media_attachments` of statuses, by post id;
    only of those where that differs from what everybody is given.

    A copy is linked for ten minutes, for that reader alone. Of a picture that is not for everybody
    and has no copy no address is given: its home would give the app nothing.
    """
    if requester.reader is None:
        return {}
    theirs = [one for one, status in entities.items() if has_theirs(status, requester.origin)]
    if not theirs:
        return {}
    copies, secret = pictures_on(tx, theirs), node_secret(tx, PURPOSE)

    def media_for(post_id: int, media: Entity) -> Entity:
        found = copies.get(post_id, {}).get(media["remote_url"] or "")
        is_open = entities[post_id]["visibility"] in FOR_ALL
        if found is not None and found.is_kept:
            return media | links_to(found, requester, secret) | ({} if is_open else NO_REMOTE)
        if is_open or media["type"] != "image" or is_ours(media, requester.origin):
            return media
        return media | NOWHERE

    return {
        one: {
            "media_attachments": [
                media_for(one, each) for each in entities[one]["media_attachments"]
            ]
        }
        for one in theirs
    }


NO_REMOTE = {"remote_url": None}
NOWHERE = {"type": "unknown", "url": None, "preview_url": None}


def links_to(found: RemotePicture, requester: Requester, secret: bytes) -> dict[str, Any]:
    """Where a reader's app finds a copy, whole and small."""
    reader_id = requester.me.actor.id

    def link(path: str) -> str:
        return link_for(secret, f"{requester.origin}{path}", reader_id, requester.now)

    size = {"width": found.width, "height": found.height}
    return {
        "type": "image",
        "url": link(found.path),
        "preview_url": link(found.small_path),
        "meta": {"original": size},
    }


def has_theirs(status: Entity, origin: str) -> bool:
    """Whether something hangs on a status that does not lie here."""
    return any(not is_ours(one, origin) for one in status["media_attachments"])


def is_ours(media: Entity, origin: str) -> bool:
    """Whether what hangs on a status is a file of somebody here."""
    return str(media["url"]).startswith(f"{origin}/")
