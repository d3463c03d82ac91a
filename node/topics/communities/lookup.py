"""Finding communities and people: by id, or by the folder and name of their addresses."""

from collections.abc import Iterable

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.actors.handles import actor_named
from node.topics.actors.store import Actor, actor_by_id, local_actor
from node.topics.communities.permissions import is_known_to
from node.topics.communities.store import community_by_actor

FOLDERS = {"people": ("Person", "Organization", "Service"), "communities": ("Group",)}


def known_local(tx: Tx, folder: str, name: str, reader: Actor | None) -> Actor:
    """Our own actor of that name, as far as the reader may know of it; None is a visitor.

    Raises:
        NotFound: there is none, or it is a community that the reader may not know of.
    """
    for kind in FOLDERS.get(folder, ()):
        actor = local_actor(tx, kind, name)
        if actor is None or actor.is_somebody_who_left:
            continue
        if actor.name == name and is_known_to(tx, actor, reader):
            return actor
    raise NotFound


def known_by_id(tx: Tx, actor_id: int | None, reader: Actor | None) -> Actor:
    """Somebody stored here, as far as a reader may know of them; the node itself is nobody.

    Raises:
        NotFound: there is nobody, or it is a community that the reader may not know of.
    """
    actor = actor_by_id(tx, actor_id) if actor_id is not None else None
    if actor is None or actor.is_our_node or not is_known_to(tx, actor, reader):
        raise NotFound
    return actor


def known_by_handle(tx: Tx, typed: str, host: str, reader: Actor | None) -> Actor | None:
    """Whoever goes by a handle as somebody typed it, as far as a reader may know of them."""
    actor = actor_named(tx, typed, host)
    is_shown = actor is not None and not actor.is_our_node and is_known_to(tx, actor, reader)
    return actor if is_shown else None


def known_among(tx: Tx, actors: Iterable[Actor], reader: Actor | None) -> list[Actor]:
    """Those of several that a reader may know of; the node itself is none of them."""
    return [one for one in actors if not one.is_our_node and is_known_to(tx, one, reader)]


def known_community(tx: Tx, group_id: int | None) -> Actor:
    """The group of an open community of ours, or of one elsewhere.

    Raises:
        NotFound: there is none.
    """
    group = actor_by_id(tx, group_id) if group_id is not None else None
    if group is None or not group.is_group:
        raise NotFound
    return our_community(tx, group.id) if group.local else group


def our_community(tx: Tx, group_id: int | None) -> Actor:
    """The group of a community of ours that is open.

    Raises:
        NotFound: there is none.
    """
    community = community_by_actor(tx, group_id) if group_id is not None else None
    group = actor_by_id(tx, community.actor_id) if community else None
    if group is None:
        raise NotFound
    return group


def known_person(tx: Tx, person_id: int) -> Actor:
    """Somebody who is no group and no service.

    Raises:
        NotFound: there is nobody.
    """
    person = actor_by_id(tx, person_id)
    if person is None or person.is_group or person.is_our_node or person.kind == "Application":
        raise NotFound
    return person
