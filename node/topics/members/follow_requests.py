"""What members answer to those who ask to follow them, and how they part from followers."""

from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.members.answers import accept_follow, reject_follow
from node.topics.members.store import follow_between
from node.topics.notifications.store import withdraw_notification


def accept_request(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """Let somebody follow who has asked to; the notice of it goes."""
    accept_follow(tx, me, other, now)
    withdraw_notification(tx, me.id, ["follow_request"], other.id, 0)


def reject_request(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """Say no to somebody who has asked to follow; the notice of it goes."""
    reject_follow(tx, me, other, now)
    withdraw_notification(tx, me.id, ["follow_request"], other.id, 0)


def remove_follower(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """End somebody's following of `me`, or refuse it; nothing where there is none."""
    if follow_between(tx, other.id, me.id) is not None:
        reject_follow(tx, me, other, now)
