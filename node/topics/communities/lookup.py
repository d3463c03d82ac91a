"""Finding communities and people: by id, or by the folder and name of their addresses."""

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, local_actor
from node.topics.communities.store import community_by_actor

FOLDERS = {"people": ("Person", "Organization", "Service"), "communities": ("Group",)}


def known_local(tx: Tx, folder: str, name: str) -> Actor:
    """Our own actor of that name.

    Raises:
        NotFound: there is none, or it is a community that is not public.
    """
    for kind in FOLDERS.get(folder, ()):
        actor = local_actor(tx, kind, name)
        if actor is not None and is_open(tx, actor) and actor.name == name:
            return actor
    raise NotFound


def is_open(tx: Tx, actor: Actor) -> bool:
    community = community_by_actor(tx, actor.id) if actor.is_group else None
    return not actor.is_group or (community is not None and community.visibility == "public")


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
    if person is None or person.is_group or person.kind == "Application":
        raise NotFound
    return person
