"""Making a community."""

from node.base.errors import Invalid
from node.db.tx import Tx
from node.topics.actors.actions import Keys, add_local_actor
from node.topics.actors.store import Actor
from node.topics.communities.names import check_name
from node.topics.communities.rules import check_community
from node.topics.communities.store import (
    Community,
    insert_community,
    put_lets_in_by_hand,
    put_member,
)
from node.topics.permissions.rules import Role


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
    posting: str = "members",
    elsewhere: bool = False,
) -> Actor:
    """Make a community of ours; the group that other nodes see.

    Raises:
        Invalid: title, visibility, joining or posting is not one it may have, or the organiser is
            no person of this node.
        Conflict: the name is taken.
        NotAllowed: the organiser acts under a name that is for another community alone.
    """
    check_name(tx, organiser, None)
    check_community(title, visibility, joining, posting)
    if not organiser.local or organiser.kind != "Person":
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
    community = Community(
        actor_id=group.id,
        name=name,
        visibility=visibility,
        joining=joining,
        posting=posting,
        created_at=now,
        elsewhere=elsewhere and visibility != "node",
    )
    insert_community(tx, community)
    put_lets_in_by_hand(tx, group.id, is_private=visibility in ("closed", "hidden"))
    put_member(tx, group.id, organiser.id, Role.ORGANISER, now, "founding")
    return group
