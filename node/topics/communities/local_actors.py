"""Our people and communities by the folder and name of their addresses."""

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.actors.store import (
    Actor,
    local_actor,
)
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
