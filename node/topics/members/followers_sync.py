"""Makes our record of who of ours follows an actor agree with that actor's own (FEP-8fcf).

It ends what the other side does not know, and undoes there what we do not know. It never follows
anybody whom nobody here asked to follow.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from federation.followers_sync import followers_digest
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, actors_by_iris
from node.topics.members.actions import end_follow, send_undo, take_yes
from node.topics.members.home_timeline import clear_home_of
from node.topics.members.rules import HOUR_S
from node.topics.members.store import Following, followings_of

UNDONE_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many follows were ended here, accepted here, and undone at the other side."""

    ended: int = 0
    accepted: int = 0
    undone: int = 0


def own_digest(tx: Tx, actor_id: int) -> tuple[str, bool]:
    """The digest of our own record of who here follows an actor, and whether anybody does."""
    held = followings_of(tx, actor_id)
    iris = [one.follower_iri for one in held if one.follow.is_accepted]
    return followers_digest(iris), bool(iris)


def reconcile(
    tx: Tx, actor_id: int, listed: Collection[str], asked_at: int, now: int
) -> Reconciled:
    """Make our record agree with the list that the actor gave when asked at `asked_at`.

    An accepted follow that is not listed ends, unless it was accepted since then. A pending one
    that is listed, and was asked for an hour ago or more, is accepted: the answer was lost. Of
    those of ours who are listed and follow nobody, at most 100 are undone there.
    """
    actor = actor_by_id(tx, actor_id)
    if actor is None or actor.local:
        return Reconciled()
    held = followings_of(tx, actor.id)
    stale = [one for one in held if is_stale(one, listed, asked_at)]
    for one in stale:
        end_follow(tx, one.follow)
        clear_home_of(tx, one.follow.follower_id, actor.id)
    answered = [one for one in held if is_answered(one, listed, now)]
    for one in answered:
        take_yes(tx, one.follow, actor, now)
    known = {one.follower_iri for one in held}
    unknown = undo_unknown(tx, actor, sorted(set(listed) - known), now)
    return Reconciled(len(stale), len(answered), unknown)


def is_stale(one: Following, listed: Collection[str], asked_at: int) -> bool:
    is_old = one.accepted_at is None or one.accepted_at < asked_at
    return one.follow.is_accepted and is_old and one.follower_iri not in listed


def is_answered(one: Following, listed: Collection[str], now: int) -> bool:
    is_old = now - one.follow.created_at >= HOUR_S
    return not one.follow.is_accepted and is_old and one.follower_iri in listed


def undo_unknown(tx: Tx, actor: Actor, iris: Sequence[str], now: int) -> int:
    """Undo, at the other side, follows of people of ours that we have no record of; how many."""
    found = actors_by_iris(tx, iris)
    ours = [found[iri] for iri in iris if iri in found and found[iri].local]
    for me in ours[:UNDONE_AT_ONCE]:
        send_undo(tx, me, actor, new_activity_iri(me), now)
    return len(ours[:UNDONE_AT_ONCE])
