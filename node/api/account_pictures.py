"""Faces and banners as the client API shows them; who has none has neutral ones."""

from collections.abc import Iterable

from node.api.auth import Requester
from node.api.media_entity import Links, links_for
from node.db.tx import Tx
from node.http.responses import Entity
from node.topics.actors.store import Actor
from node.topics.communities.permissions import is_known_to
from node.topics.files.store import small_url_of


def pictures_for(tx: Tx, actors: Iterable[Actor], requester: Requester) -> dict[int, Entity]:
    """The pictures of each actor, by id. That of a community which not everybody may know of has an
    address for the one who asks (T69); a visitor sees the neutral one."""
    listed = list(actors)
    hidden = {one.id for one in listed if has_own(one) and not is_known_to(tx, one, None)}
    links = links_for(tx, requester) if hidden else None
    return {
        one.id: neutral(requester.origin)
        if one.silenced_at is not None or (one.id in hidden and links is None)
        else pictures_of(one, requester.origin, links if one.id in hidden else None)
        for one in listed
    }


def has_own(actor: Actor) -> bool:
    """Whether this is a community of ours with a picture."""
    return actor.is_group and actor.local and actor.icon_url is not None


def neutral(origin: str) -> Entity:
    """The members of an `Account` for those who show no pictures."""
    avatar, header = f"{origin}/static/avatar.png", f"{origin}/static/header.png"
    return {
        "avatar": avatar,
        "avatar_static": avatar,
        "header": header,
        "header_static": header,
    }


def pictures_of(actor: Actor, origin: str, links: Links | None) -> Entity:
    """The members of an `Account` that are pictures; `avatar_static` is the small one of ours."""
    whole, banner = actor.icon_url, actor.image_url
    small = small_url_of(whole) if whole and actor.local else whole
    found = {
        "avatar": whole,
        "avatar_static": small,
        "header": banner,
        "header_static": banner,
    }
    shown = {name: links.to(url) if links else url for name, url in found.items() if url}
    return neutral(origin) | shown
