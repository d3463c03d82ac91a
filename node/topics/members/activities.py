"""What peers say about following, which for a community is joining and leaving."""

from federation import documents
from federation.limits import HISTORY_AGAIN_S
from federation.origin import is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.arrivals.fetch_tasks import add_task
from node.arrivals.tombstones import add_tombstone, has_tombstone
from node.base.errors import Missing, NotAllowed
from node.base.markup import plain_text
from node.db.tx import Tx
from node.outbox.append import was_said
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri, known_actor
from node.topics.actors.suspended import suspended_by_iri
from node.topics.communities.join_requests import request_by_iri, request_of
from node.topics.communities.permissions import is_known_to
from node.topics.members.actions import end_follow, is_behind_door, take_follow, take_yes
from node.topics.members.answers import append_answer
from node.topics.members.asking import take_back
from node.topics.members.home_timeline import clear_home_of
from node.topics.members.move import take_move
from node.topics.members.rules import SIGNATURE_S_MAX
from node.topics.members.store import (
    Follow,
    follow_between,
    follow_by_iri,
    follows_any,
    put_follow,
)
from node.topics.notifications.store import notify, withdraw_notification

REASON_CHARACTERS_MAX = 500
TURNED_AWAY = "turned_away"
NOBODY_THERE = "There is nobody to follow at that address."


def receive_follow(
    tx: Tx, follow: documents.Follow, context: ApplyContext, *, joins: bool = False
) -> None:
    """Somebody of another node asks to follow one of ours; a repeated asking is answered again.

    A community that not everybody may read is followed by its members alone, so that asking to
    follow it asks to join; of others they become a member who `joins`, or who writes there.

    What the follower took back has no effect any more, in whatever order the two come (T120).
    What ours said no to, or ended, and what is not to be had, is answered no; so is whoever asks
    for somebody who is suspended, and may ask again when they are back.

    Raises:
        Missing: the follower is not stored here yet.
        NotAllowed: there is nobody to follow at that address.
    """
    followed = actor_by_iri(tx, follow.object)
    if followed is None and is_for_suspended(tx, follow, context.now):
        return
    if followed is None or not followed.local or followed.is_our_node:
        raise NotAllowed(NOBODY_THERE)
    follower = known_actor(tx, follow.actor)
    if not is_known_to(tx, followed, follower):
        raise NotAllowed(NOBODY_THERE)
    if has_tombstone(tx, follow.iri, follow.actor, "undone"):
        return
    answer = answer_to(tx, follow, follower, followed, context.now, joins=joins)
    if answer is not None:
        append_answer(tx, answer, followed, follower, follow.iri, context.now)


def is_for_suspended(tx: Tx, follow: documents.Follow, now: int) -> bool:
    """Whether somebody asks to follow one of ours who is suspended; they are answered no."""
    suspended = suspended_by_iri(tx, follow.object)
    if suspended is None or not suspended.local:
        return False
    append_answer(tx, "Reject", suspended, known_actor(tx, follow.actor), follow.iri, now)
    return True


def answer_to(
    tx: Tx, follow: documents.Follow, follower: Actor, followed: Actor, now: int, *, joins: bool
) -> str | None:
    """Store that somebody asks; `Accept`, `Reject`, or None while a person has to decide."""
    if has_tombstone(tx, follow.iri, followed.iri, "undone"):
        return "Reject"
    held = follow_between(tx, follower.id, followed.id)
    is_more = joins and followed.is_group and held is not None and held.is_accepted
    if held is not None and not is_more:
        if held.iri != follow.iri:
            add_tombstone(tx, held.iri, follow.actor, "undone", now, lasts_s=SIGNATURE_S_MAX)
        put_follow(tx, Follow(held.id, follower.id, followed.id, follow.iri, held.state, 0))
        return "Accept" if held.is_accepted else None
    try:
        is_in = take_follow(tx, follower, followed, follow.iri, now, joins=joins)
    except NotAllowed:
        return "Reject"
    return "Accept" if is_in else None


def receive_join(tx: Tx, join: documents.Join, context: ApplyContext) -> None:
    """Somebody asks to be a member of a community of ours (Mobilizon); answered as a Follow.

    Raises:
        Missing, NotAllowed: as `receive_follow`.
    """
    group = actor_by_iri(tx, join.object)
    if group is None or not group.is_group:
        return
    asked = documents.Follow(iri=join.iri, actor=join.actor, object=join.object)
    receive_follow(tx, asked, context, joins=True)


def receive_leave(tx: Tx, leave: documents.Leave, context: ApplyContext) -> None:
    """Somebody is a member of a community of ours no longer, nor asks to be."""
    follower, group = actor_by_iri(tx, leave.actor), actor_by_iri(tx, leave.object)
    if follower is None or group is None or not group.local:
        return
    held = follow_between(tx, follower.id, group.id)
    if held is not None:
        end_follow(tx, held)
    take_back(tx, group, follower, context.now)


def receive_invite(tx: Tx, invite: documents.Invite, context: ApplyContext) -> None:
    """Tell one of ours that a community elsewhere would have them; nothing else changes (T21).

    Only the community's own node invites into it.
    """
    group = actor_by_iri(tx, invite.object)
    person = actor_by_iri(tx, invite.target) if invite.target else None
    is_asked_for = context.is_settled(invite.object) or not is_same_origin(
        invite.actor, invite.object
    )
    if group is None and person is not None and person.local and not is_asked_for:
        raise Missing([invite.object])
    if group is None or person is None or not group.is_group or group.local or not person.local:
        return
    if is_same_origin(invite.actor, group.iri):
        notify(tx, person.id, "invite", group.id, 0, context.now)


def receive_accept(tx: Tx, accept: documents.Accept, context: ApplyContext) -> None:
    """Somebody we asked to follow says yes; what we did not ask has no effect (T21).

    What they published lately is then fetched, when nobody waits for it.
    """
    asked = our_follow(tx, accept.actor, accept.object)
    followed = actor_by_iri(tx, accept.actor)
    if asked is not None and followed is not None and take_yes(tx, asked, followed, context.now):
        again_s = 0 if is_behind_door(followed) else HISTORY_AGAIN_S
        add_task(tx, "history", accept.actor, context.now, again_s=again_s)


def receive_reject(tx: Tx, reject: documents.Reject, context: ApplyContext) -> None:
    """Somebody we asked to follow says no, or no longer; what we did not ask has no effect.

    Whoever of ours asked to join a community is told so, with the reason that it gives (C04).
    """
    asked = our_follow(tx, reject.actor, reject.object)
    if asked is None:
        return
    end_follow(tx, asked)
    clear_home_of(tx, asked.follower_id, asked.followed_id)
    group = actor_by_id(tx, asked.followed_id)
    if group is not None and group.is_group:
        withdraw_notification(tx, asked.follower_id, [TURNED_AWAY, "join_accepted"], group.id, 0)
        words = plain_text(reject.content or "", REASON_CHARACTERS_MAX).strip()
        notify(tx, asked.follower_id, TURNED_AWAY, group.id, 0, context.now, words=words)


def receive_move(tx: Tx, move: documents.Move, context: ApplyContext) -> None:
    """Somebody of another node lives elsewhere now; those of ours who follow are moved along.

    One may move oneself alone, and the new address, read anew, must name the old one (T25). A
    move that concerns nobody here costs nothing.

    Raises:
        Missing: the new address is to be read first.
        NotAllowed: it is not their own move, it cannot be believed, or is one too many.

    Source: FEP-7628.
    """
    if move.object != move.actor or not move.target or move.target == move.actor:
        raise NotAllowed("One moves oneself alone, and elsewhere.")
    old = actor_by_iri(tx, move.actor)
    if old is not None and not old.local and follows_any(tx, old.id):
        take_move(tx, old, freshly_read(tx, move.target, context), context.now)


def freshly_read(tx: Tx, iri: str, context: ApplyContext) -> Actor:
    """The actor at `iri` as its own home shows it now; one of ours is known as it is."""
    actor = actor_by_iri(tx, iri)
    if actor is not None and actor.local and not actor.is_our_node:
        return actor
    if not context.is_settled(iri):
        raise Missing([iri])
    if context.fetched[iri] != "stored" or actor is None or actor.is_our_node:
        raise NotAllowed("The new address cannot be read.")
    return actor


def our_follow(tx: Tx, answering: str, about: documents.Follow | str) -> Follow | None:
    """The follow that one of ours asked of `answering`, if the answer is about that very one.

    Some peers give the Follow inside of an answer an id of their own; then who follows whom
    counts. An older asking of ours, which we hold no longer, is answered in vain.
    """
    followed = actor_by_iri(tx, answering)
    if followed is None:
        return None
    held = follow_by_iri(tx, about if isinstance(about, str) else about.iri)
    if held is None and isinstance(about, documents.Follow) and about.object == answering:
        follower = actor_by_iri(tx, about.actor)
        is_older = was_said(tx, about.iri)
        held = follow_between(tx, follower.id, followed.id) if follower and not is_older else None
    if held is None or held.followed_id != followed.id or not is_local(tx, held.follower_id):
        return None
    return held


def is_local(tx: Tx, actor_id: int) -> bool:
    row = tx.one("select local from actor where id = :id", id=actor_id)
    return bool(row and row["local"])


def undo_follow(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """Take back a follow that the undoing actor once asked for (T20); whether there was one.

    Only our own record of the follow counts: the iri, or who follows whom. What was taken back is
    remembered for as long as its signature would hold, so that it does not take effect again when
    it comes late (T120). No longer: Misskey asks under the same id when somebody follows anew.
    """
    actor, inner = actor_by_iri(tx, undo.actor), undo.object
    if actor is None or not isinstance(inner, str | documents.Follow | documents.Join):
        return False
    iri = inner if isinstance(inner, str) else inner.iri
    held = follow_by_iri(tx, iri)
    if held is None and has_tombstone(tx, iri, undo.actor, "undone"):
        return True
    if held is None and isinstance(inner, documents.Follow):
        held = follow_of(tx, actor, inner.object)
    if held is None or held.follower_id != actor.id:
        return undo_asking(tx, actor, inner, context.now)
    end_follow(tx, held)
    for one in {held.iri, iri}:
        add_tombstone(tx, one, undo.actor, "undone", context.now, lasts_s=SIGNATURE_S_MAX)
    withdraw_notification(tx, held.followed_id, ("follow", "follow_request"), actor.id, 0)
    return True


def undo_asking(
    tx: Tx, actor: Actor, inner: documents.Follow | documents.Join | str, now: int
) -> bool:
    """Take back that somebody of another node asks to join; whether they did."""
    iri = inner if isinstance(inner, str) else inner.iri
    asked = request_by_iri(tx, iri)
    if asked is None and not isinstance(inner, str):
        group = actor_by_iri(tx, inner.object)
        asked = request_of(tx, group.id, actor.id) if group else None
    group = actor_by_id(tx, asked.community_id) if asked else None
    if asked is None or group is None or asked.actor_id != actor.id:
        return False
    if not take_back(tx, group, actor, now):
        return False
    for one in {asked.iri, iri}:
        add_tombstone(tx, one, actor.iri, "undone", now, lasts_s=SIGNATURE_S_MAX)
    return True


def follow_of(tx: Tx, follower: Actor, followed_iri: str) -> Follow | None:
    followed = actor_by_iri(tx, followed_iri)
    return follow_between(tx, follower.id, followed.id) if followed else None
