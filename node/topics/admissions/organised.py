"""What those see who organise a community of ours: who waits, and how people come in."""

from dataclasses import dataclass

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.admissions.actions import NOT_TO_DECIDE
from node.topics.admissions.pledges import (
    Agreed,
    Pledge,
    agreed_count,
    change_pledge,
    current_pledge,
)
from node.topics.admissions.settings import AdmissionSettings, change_settings, settings_of
from node.topics.admissions.vouches import NOT_TO_VOUCH, vouch, vouchers
from node.topics.communities.join_requests import JoinRequest, waiting_in
from node.topics.communities.lookup import known_by_handle, known_local
from node.topics.communities.permissions import check_allowed
from node.topics.communities.store import Community, community_by_actor, put_question
from node.topics.members.new_nodes import NodeFacts, is_new_node, node_facts
from node.topics.permissions.rules import Act

QUESTION_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits, which members vouch for them, and what is known of a node whose first
    member they would be."""

    request: JoinRequest
    person: Actor
    vouchers: list[Actor]
    facts: NodeFacts | None


@dataclass(frozen=True, slots=True)
class ComingIn:
    """How people come into a community, as its organisers see it."""

    group: Actor
    community: Community
    settings: AdmissionSettings
    pledge: Pledge | None
    agreed: Agreed


def organised_by(tx: Tx, me: Actor, name: str, now: int) -> Actor:
    """A community that somebody organises.

    Raises:
        NotFound, NotAllowed: they do not, or know of none.
    """
    group = known_local(tx, "communities", name, me)
    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=NOT_TO_DECIDE)
    return group


def who_waits(tx: Tx, group: Actor, limit: int, after: int = 0) -> list[Waiting]:
    """Who waits to be let into a community, the longest first, those after a number."""
    return [
        Waiting(asked, person, vouchers(tx, group.id, person.id), facts_of(tx, group, person))
        for asked, person in waiting_in(tx, group.id, limit, after)
    ]


def facts_of(tx: Tx, group: Actor, person: Actor) -> NodeFacts | None:
    """What is known of the node of somebody who would be its first member; None for others."""
    return node_facts(tx, person.host) if is_new_node(tx, group, person) else None


def vouching_in(tx: Tx, me: Actor, name: str, now: int) -> Actor:
    """A community whose members vouch for people, of whom `me` is one.

    Raises:
        NotFound, NotAllowed: there is none that they know of, or they are no member.
    """
    group = known_local(tx, "communities", name, me)
    check_allowed(tx, Act.INVITE, group, me, now, sentence=NOT_TO_VOUCH)
    return group


def vouch_for_handle(tx: Tx, me: Actor, name: str, typed: str, now: int) -> None:
    """Vouch for whoever goes by a handle; of nobody nothing is said, nor whether they ask.

    Raises:
        NotFound, NotAllowed: as `vouching_in`.
    """
    group = vouching_in(tx, me, name, now)
    found = known_by_handle(tx, typed.strip().removeprefix("@"), me.host, me)
    if found is not None and not found.is_group and found.id != me.id:
        vouch(tx, group, found, me, now)


def coming_in(tx: Tx, me: Actor, name: str, now: int) -> ComingIn:
    """How people come into a community that `me` organises.

    Raises:
        NotFound, NotAllowed: as `organised_by`.
    """
    group = organised_by(tx, me, name, now)
    community = community_by_actor(tx, group.id)
    if community is None:
        raise NotFound
    settings, pledge = settings_of(tx, group.id), current_pledge(tx, group.id)
    return ComingIn(group, community, settings, pledge, agreed_count(tx, group.id))


def change_coming_in(
    tx: Tx, me: Actor, group: Actor, question: str, wanted: AdmissionSettings, pledge: str, now: int
) -> None:
    """Change how people come into a community: the question, the pledge, and the rest.

    Raises:
        Invalid: something is too long, or none of what is offered.
        NotFound, NotAllowed: it is not for `me` to change.
    """
    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=NOT_TO_DECIDE)
    if len(question.strip()) > QUESTION_CHARACTERS_MAX:
        raise Invalid(f"A question has at most {QUESTION_CHARACTERS_MAX} characters.")
    put_question(tx, group.id, question.strip())
    change_settings(tx, group, me, wanted, now)
    change_pledge(tx, group, me, pledge, now)
