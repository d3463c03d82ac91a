"""Asking to join a community of ours that lets people in by hand, and taking that back."""

from node.arrivals.tombstones import add_tombstone
from node.base.errors import Invalid, NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.communities.join_requests import (
    ask_under,
    organiser_ids,
    put_request,
    request_of,
    requests_of_others,
    settle_request,
)
from node.topics.members.rules import SIGNATURE_S_MAX, asks_too_soon
from node.topics.notifications.store import notify, withdraw_notification

ANSWER_CHARACTERS_MAX = 2_000
TOO_SOON = "They answered you lately. You can ask again a week after their answer."
OF_ASKING = ("join_request", "join_reminder")
OF_ANSWERS = ("join_accepted", "join_refused", "join_waiting")


def ask(tx: Tx, group: Actor, actor: Actor, *, answer: str, iri: str, now: int) -> None:
    """Store that somebody asks to join, and tell its organisers. Whoever waits already goes on
    waiting, under the new iri and with the new answer.

    Raises:
        Invalid: the answer is too long.
        NotAllowed: they were refused less than a week ago.
    """
    if len(answer) > ANSWER_CHARACTERS_MAX:
        raise Invalid(f"An answer has at most {ANSWER_CHARACTERS_MAX} characters.")
    held = request_of(tx, group.id, actor.id)
    if held is not None and held.waits:
        if held.iri != iri and not actor.local:
            add_tombstone(tx, held.iri, actor.iri, "undone", now, lasts_s=SIGNATURE_S_MAX)
        ask_under(tx, held.id, iri=iri, answer=answer.strip())
        return
    for one in (held, *requests_of_others(tx, group.id, actor.id)):
        if one is not None and asks_too_soon(one.state, one.decided_at, now):
            raise NotAllowed(TOO_SOON)
    put_request(tx, group.id, actor.id, iri=iri, answer=answer.strip(), now=now)
    withdraw_notification(tx, actor.id, OF_ANSWERS, group.id, 0)
    for organiser_id in organiser_ids(tx, group.id):
        withdraw_notification(tx, organiser_id, OF_ASKING, actor.id, 0)
        notify(tx, organiser_id, "join_request", actor.id, 0, now)


def take_back(tx: Tx, group: Actor, actor: Actor, now: int) -> bool:
    """Ask no more; False where nothing waited."""
    held = request_of(tx, group.id, actor.id)
    if held is None or not settle_request(tx, held.id, "withdrawn", now):
        return False
    forget_asking(tx, group, actor)
    return True


def forget_asking(tx: Tx, group: Actor, actor: Actor) -> None:
    """Take back what organisers were told of an asking that is settled."""
    for organiser_id in organiser_ids(tx, group.id):
        withdraw_notification(tx, organiser_id, OF_ASKING, actor.id, 0)
