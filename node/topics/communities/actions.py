"""Making a community."""

from node.base.errors import Invalid
from node.db.tx import Tx
from node.topics.actors.actions import Keys, add_local_actor
from node.topics.actors.store import Actor
from node.topics.communities.rules import Role, check_community
from node.topics.communities.store import Community, insert_community, put_member


def create_community(
    tx: Tx,
    *,
    origin: str,
    name: str,
    title: str,
    organiser: Actor,
    visibility: str,
    joining: str,
    keys: Keys,
    now: int,
) -> Actor:
    """Make a community of ours; the group that other nodes see.

    Raises:
        Invalid: title, visibility or joining is not one it may have, or the organiser is no person
            of this node.
        Conflict: the name is taken.
    """
    check_community(title, visibility, joining)
    if not organiser.local or organiser.is_group:
        raise Invalid("A community is organised by a person of this node.")
    group = add_local_actor(
        tx,
        origin=origin,
        kind="Group",
        name=name,
        display_name=title.strip(),
        keys=keys,
        now=now,
    )
    insert_community(tx, Community(group.id, name, visibility, joining, "anyone", now))
    put_member(tx, group.id, organiser.id, Role.ORGANISER, now)
    return group
