"""What somebody is shown at the entrance of a community of ours: how they come in, and may help."""

from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.admissions.invitations import may_invite
from node.topics.admissions.pledges import Pledge, current_pledge, pledge_to_agree
from node.topics.communities.join_requests import JoinRequest, request_of, waiting_in
from node.topics.communities.permissions import is_allowed, place_of
from node.topics.permissions.rules import Act

COUNTED_MAX = 100


@dataclass(frozen=True, slots=True)
class Entrance:
    """`asks_first`: who joins is asked first, and let in by hand; `request` is what the reader has
    asked. `pledge`: what they have not agreed to yet. `waiting`: how many wait for an organiser."""

    asks_first: bool = False
    request: JoinRequest | None = None
    may_invite: bool = False
    may_organise: bool = False
    pledge: Pledge | None = None
    waiting: int = 0


CLOSED = Entrance()
"""What visitors find, and everybody at a community elsewhere."""


def entrance_of(tx: Tx, group: Actor, reader: Actor | None) -> Entrance:
    """The entrance of a community as a reader finds it; of one elsewhere nothing is known."""
    place = place_of(tx, group) if group.is_group and group.local else None
    if place is None or reader is None:
        return CLOSED
    may_organise = is_allowed(tx, Act.ORGANISE, group, reader)
    may_join = is_allowed(tx, Act.JOIN, group, reader)
    return Entrance(
        asks_first=may_join
        and (place.joining == "approval" or current_pledge(tx, group.id) is not None),
        request=request_of(tx, group.id, reader.id) if may_join else None,
        may_invite=may_invite(tx, group, reader),
        may_organise=may_organise,
        pledge=pledge_to_agree(tx, group, reader),
        waiting=len(waiting_in(tx, group.id, COUNTED_MAX)) if may_organise else 0,
    )
