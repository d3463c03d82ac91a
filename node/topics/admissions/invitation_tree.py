"""Who came in by which invitation, and whom they invited in turn, as a tree."""

from collections import defaultdict
from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.admissions.invitation_store import (
    Invitation,
    invitations_by,
    invitations_into,
    people_who_came_by,
)
from node.topics.communities.permissions import is_allowed
from node.topics.permissions.rules import Act


@dataclass(frozen=True, slots=True)
class Branch:
    """An invitation, who made it, who came in by it, and the invitations that those made."""

    invitation: Invitation
    inviter: Actor | None
    people: tuple[Actor, ...]
    below: tuple["Branch", ...]


def invitation_tree(tx: Tx, group: Actor, reader: Actor) -> list[Branch]:
    """The invitations into a community that a member may see, the newest first: all of them for
    those who look after it, for others their own."""
    if is_allowed(tx, Act.MODERATE, group, reader):
        found = invitations_into(tx, group.id)
    else:
        found = invitations_by(tx, group.id, reader.id)
    return grown(tx, found)


def grown(tx: Tx, found: list[Invitation]) -> list[Branch]:
    """Invitations as a tree; one whose parent is not among them stands at the top."""
    inviters = actors_by_ids(tx, [one.inviter_id for one in found])
    people: dict[int, list[Actor]] = defaultdict(list)
    for number, actor in people_who_came_by(tx, [one.id for one in found]):
        people[number].append(actor)
    hanging: dict[int | None, list[Invitation]] = defaultdict(list)
    ids = {one.id for one in found}
    for one in found:
        hanging[one.parent_id if one.parent_id in ids else None].append(one)

    def branches(parent_id: int | None) -> tuple[Branch, ...]:
        return tuple(
            Branch(one, inviters.get(one.inviter_id), tuple(people[one.id]), branches(one.id))
            for one in hanging[parent_id]
        )

    return list(branches(None))
