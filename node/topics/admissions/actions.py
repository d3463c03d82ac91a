"""Asking to join, letting in, refusing; whoever asks always hears back.

People of other nodes have the same rows; they are answered by an Accept or a Reject of what they
asked with, and the reason of a refusal is its `content`.
"""

from node.base.errors import Invalid, NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.rules import REASON_CHARACTERS_MAX, UNANSWERED_S
from node.topics.communities.join_requests import (
    JoinRequest,
    note_told,
    organiser_ids,
    request_of,
    settle_request,
    unanswered_since,
)
from node.topics.communities.names import check_name
from node.topics.communities.permissions import (
    check_allowed,
    check_known,
    is_allowed,
    who_is,
)
from node.topics.members.actions import NOT_TO_JOIN, SHUT_OUT, take_follow
from node.topics.members.answers import append_answer, take_in
from node.topics.members.asking import forget_asking
from node.topics.members.new_nodes import Agreement, agree_to_node
from node.topics.notifications.store import notify
from node.topics.permissions.rules import Act, Role

NOTED_AT_ONCE = 50
NOT_TO_DECIDE = "Only those who organise this community let people in."
IN_ALREADY = "You are a member already."
ANSWERED = "They do not wait any more: somebody has answered them, or they took it back."


def ask_to_join(tx: Tx, group: Actor, actor: Actor, *, answer: str, iri: str, now: int) -> bool:
    """Ask to join a community of ours, with an answer to its question; whether they are in.

    Raises:
        Invalid: the answer is too long.
        NotFound: they may not know of the community.
        NotAllowed: it takes members by invitation only, has shut them out, or refused them less
            than a week ago.
    """
    return take_follow(tx, actor, group, iri, now, answer=answer)


def check_may_ask(tx: Tx, group: Actor, actor: Actor, now: int) -> None:
    """Raise unless somebody may ask to join a community of ours, or join it.

    Raises:
        NotFound: they may not know of it.
        NotAllowed: they are in already, under this name or another, shut out, or it takes members
            by invitation only.
    """
    check_known(tx, group, actor)
    check_name(tx, actor, group)
    who = who_is(tx, group.id, actor, now)
    if who.is_banned:
        raise NotAllowed(SHUT_OUT)
    if who.role > Role.NOBODY:
        raise NotAllowed(IN_ALREADY)
    if not is_allowed(tx, Act.JOIN, group, actor, now):
        raise NotAllowed(NOT_TO_JOIN)


def let_in(
    tx: Tx, group: Actor, actor: Actor, by: Actor, now: int, *, is_confirmed: bool = False
) -> Agreement:
    """Let somebody in who waits; whether the organisers agree to that.

    The first from a node that would hold what is said behind a door needs two organisers, or the
    only one says it twice (F14): then nobody is let in yet.

    Raises:
        NotFound: they do not wait, or the community is not known to whoever decides.
        NotAllowed: that is not for them to decide, or the person is shut out.
    """
    check_allowed(tx, Act.ORGANISE, group, by, now, sentence=NOT_TO_DECIDE)
    waiting_request(tx, group, actor)
    agreed = agree_to_node(tx, group, actor, by, now, is_confirmed=is_confirmed)
    if agreed is Agreement.AGREED:
        admit(tx, group, actor, by.id, now)
    return agreed


def admit(tx: Tx, group: Actor, actor: Actor, by_id: int | None, now: int) -> None:
    """Make somebody who waits a member, and tell them; None lets in whom members vouched for."""
    if who_is(tx, group.id, actor, now, to_others=True).is_banned:
        raise NotAllowed(SHUT_OUT)
    take_in(tx, group, actor, now, by_id)
    notify(tx, actor.id, "join_accepted", group.id, 0, now)


def refuse(tx: Tx, group: Actor, actor: Actor, by: Actor, reason: str, now: int) -> None:
    """Say no to somebody who waits, with the reason and what they can do instead.

    Raises:
        Invalid: there is no reason, or it is too long.
        NotFound, NotAllowed: as `let_in`.
    """
    check_allowed(tx, Act.ORGANISE, group, by, now, sentence=NOT_TO_DECIDE)
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_CHARACTERS_MAX:
        raise Invalid(f"Say why, in at most {REASON_CHARACTERS_MAX} characters.")
    request = waiting_request(tx, group, actor)
    settle_request(tx, request.id, "refused", now, by_id=by.id, reason=reason)
    forget_asking(tx, group, actor)
    notify(tx, actor.id, "join_refused", group.id, 0, now)
    append_answer(tx, "Reject", group, actor, request.iri, now, content=reason)


def waiting_request(tx: Tx, group: Actor, actor: Actor) -> JoinRequest:
    request = request_of(tx, group.id, actor.id)
    if request is None or not request.waits:
        raise NotFound(ANSWERED)
    return request


def note_unanswered(tx: Tx, now: int) -> int:
    """Tell those who have waited for three days that they are not forgotten, and their organisers
    that they wait; each once. How many there were."""
    found = unanswered_since(tx, now - UNANSWERED_S, NOTED_AT_ONCE)
    for request in found:
        note_told(tx, request.id, now)
        if actor_by_id(tx, request.actor_id) is None:
            continue
        notify(tx, request.actor_id, "join_waiting", request.community_id, 0, now)
        for organiser_id in organiser_ids(tx, request.community_id):
            notify(tx, organiser_id, "join_reminder", request.actor_id, 0, now)
    return len(found)
