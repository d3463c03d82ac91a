"""What somebody sees who would join a community of ours: its question, and what they asked."""

from dataclasses import dataclass

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.actions import ask_to_join, check_may_ask
from node.topics.admissions.pledges import Pledge, agree, current_pledge
from node.topics.communities.join_requests import JoinRequest, request_of, requests_by
from node.topics.communities.lookup import known_local
from node.topics.communities.store import Community, community_by_actor

ASKINGS_MAX = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A community that somebody would join: its question, and what its members agree to."""

    group: Actor
    community: Community
    pledge: Pledge | None


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody has asked of a community, and its question."""

    request: JoinRequest
    group: Actor
    community: Community


def entry_into(tx: Tx, me: Actor, name: str, now: int) -> Entry:
    """A community that somebody may ask to join.

    Raises:
        NotFound, NotAllowed: there is none that they know of, or they may not ask.
    """
    group = known_local(tx, "communities", name, me)
    check_may_ask(tx, group, me, now)
    community = community_by_actor(tx, group.id)
    if community is None:
        raise NotFound
    return Entry(group, community, current_pledge(tx, group.id))


def ask_at(tx: Tx, me: Actor, name: str, answer: str, pledge: int | None, now: int) -> bool:
    """Ask to join, agreeing to the wording `pledge`; whether one is in at once.

    Raises:
        NotFound, NotAllowed: as `entry_into`; or they were refused less than a week ago.
        Conflict: they agree to words that have changed meanwhile.
        Invalid: the answer is too long.
    """
    entry = entry_into(tx, me, name, now)
    agree(tx, entry.group, me, pledge, now)
    return ask_to_join(tx, entry.group, me, answer=answer, iri=new_activity_iri(me), now=now)


def askings_of(tx: Tx, me: Actor) -> list[Asking]:
    """What somebody has asked to join and did not take back, the newest first; at most 50."""
    found = []
    for request in requests_by(tx, me.id, ASKINGS_MAX):
        group = actor_by_id(tx, request.community_id)
        community = community_by_actor(tx, request.community_id)
        if group is not None and community is not None:
            found.append(Asking(request, group, community))
    return found


def own_asking(tx: Tx, me: Actor, group_id: int | None) -> tuple[Actor, JoinRequest]:
    """A community of ours that somebody waits to be let into, and what they asked.

    Raises:
        NotFound: they do not wait.
    """
    group = actor_by_id(tx, group_id) if group_id is not None else None
    request = request_of(tx, group.id, me.id) if group else None
    if group is None or request is None or not request.waits:
        raise NotFound
    return group, request
