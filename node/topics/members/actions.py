"""What our members do about following, which for a community is joining and leaving."""

from dataclasses import dataclass

from federation import documents
from node.base.errors import Invalid, NotAllowed, NotFound
from node.base.ids import new_id
from node.db.tx import Tx
from node.outbox.append import append_activity, append_again
from node.topics.actors.actions import Keys, new_activity_iri
from node.topics.actors.store import Actor
from node.topics.blocks.store import are_apart, block_between
from node.topics.communities.actions import create_community
from node.topics.communities.names import check_name
from node.topics.communities.permissions import (
    check_allowed,
    check_known,
    place_of,
    who_is,
)
from node.topics.communities.rules import enters_at_once
from node.topics.communities.store import drop_member, membership, put_member
from node.topics.communities.succession import check_has_successor, check_may_leave
from node.topics.members.asking import ask, take_back
from node.topics.members.home_timeline import clear_home_of, place_what_overtook
from node.topics.members.purge_orders import order_purge_if_left
from node.topics.members.rules import next_ask_at
from node.topics.members.store import (
    Follow,
    accept_stored,
    ask_later,
    drop_follow,
    due_asks,
    follow_between,
    put_follow,
)
from node.topics.notifications.store import notify
from node.topics.permissions.clinics import CLINIC, check_may_follow
from node.topics.permissions.kept_out import logged_if_kept_out
from node.topics.permissions.rules import Act, Role, may

ASKED_AT_ONCE = 100
SHUT_OUT = "This community has shut you out for now."
BY_INVITATION = "This community takes members by invitation only."
ONLY_MEMBERS = "Only members read what is said here. Join it instead."
ONLY_AS_MEMBER = "A community of another place is joined and followed in one. Join it."
NOT_TO_JOIN = "You cannot join this community."


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What somebody asks for who makes a community."""

    origin: str
    name: str
    title: str
    visibility: str = "node"
    joining: str = "open"
    posting: str = "members"
    elsewhere: bool = False


def found_community(tx: Tx, founding: Founding, organiser: Actor, keys: Keys, now: int) -> Actor:
    """Make a community of ours, which its organiser follows from the start.

    Raises:
        Invalid, Conflict: as `create_community`.
    """
    group = create_community(
        tx,
        origin=founding.origin,
        name=founding.name,
        title=founding.title,
        organiser=organiser,
        visibility=founding.visibility,
        joining=founding.joining,
        posting=founding.posting,
        elsewhere=founding.elsewhere,
        keys=keys,
        now=now,
    )
    iri = new_activity_iri(organiser)
    put_follow(tx, Follow(new_id(now), organiser.id, group.id, iri, "accepted", now))
    return group


def follow(tx: Tx, me: Actor, other: Actor, now: int, *, is_led: bool = False) -> None:
    """Follow a person, or join a community; asking twice asks once.

    Somebody of this node is followed at once, unless they or the community look at each request
    first. Somebody of another node is asked, and pending until their node accepts; while nobody
    answers they are asked again, three times in a week (`ask_again`). `is_led`: they go along with
    somebody who moved; a block of another name of theirs keeps them from that no more than from
    being seen to, for else whoever moves could read whose names are one's.

    Raises:
        Invalid: that is oneself.
        NotAllowed: the community takes members by invitation only, or one has blocked the other;
            or one acts there under another name (`communities/names.py`).
    """
    if me.id == other.id:
        raise Invalid("You cannot follow yourself.")
    if follow_between(tx, me.id, other.id):
        return
    check_name(tx, me, other if other.is_group else None)
    if block_between(tx, me.id, other.id):
        raise NotAllowed("You have blocked them. Unblock them first.")
    with logged_if_kept_out("follow_person", me.kind, me.host):
        check_may_follow(me.kind, other.kind)
    iri = new_activity_iri(me)
    if other.local:
        take_follow(tx, me, other, iri, now, joins=me.kind != CLINIC, is_led=is_led)
        return
    check_not_apart(tx, me, other, is_led=is_led)
    if other.is_group and who_is(tx, other.id, me, now).is_banned:
        raise NotAllowed(SHUT_OUT)
    made = Follow(new_id(now), me.id, other.id, iri, "pending", now)
    put_follow(tx, made)
    ask_later(tx, made.id, 1, next_ask_at(now, 1))
    asked = documents.render_follow(iri, me.iri, other.iri)
    append_activity(
        tx,
        actor_id=me.id,
        activity=asked,
        object_iri=other.iri,
        kind="Follow",
        inboxes=[other.inbox],
        public=not is_behind_door(other),
        now=now,
    )


def follow_only(tx: Tx, me: Actor, group: Actor, now: int) -> None:
    """Read a public community of ours at home without being a member; repeating changes nothing.

    Raises:
        NotFound: it is a community that one may not know of.
        NotAllowed: not everybody may read it, so that only members follow it.
    """
    if follow_between(tx, me.id, group.id):
        return
    check_known(tx, group, me)
    check_name(tx, me, group)
    check_allowed(tx, Act.FOLLOW, group, me, now, sentence=ONLY_MEMBERS)
    if not group.local:
        raise NotAllowed(ONLY_AS_MEMBER)
    take_follow(tx, me, group, new_activity_iri(me), now, joins=False)


def join(tx: Tx, me: Actor, group: Actor, now: int) -> None:
    """Become a member of a community, also where one only followed it until now, which one goes on
    doing while one waits; who is one already stays one.

    Raises:
        NotFound, NotAllowed: as `follow`.
    """
    held = follow_between(tx, me.id, group.id)
    if held is not None and group.local and held.is_accepted:
        if membership(tx, group.id, me.id).role is not Role.NOBODY:
            return
        take_member(tx, me, group, new_activity_iri(me), now, joins=True, answer="")
        return
    follow(tx, me, group, now)


def take_follow(
    tx: Tx,
    follower: Actor,
    followed: Actor,
    iri: str,
    now: int,
    *,
    joins: bool = True,
    answer: str = "",
    is_led: bool = False,
) -> bool:
    """Store that somebody asks to follow one of ours, and tell them; whether it was accepted.

    Who follows a community `joins` it, with an `answer` to its question where it lets in by hand;
    what everybody may read may be followed without that. `is_led`: as in `follow`.

    Raises:
        NotFound: it is a community that the follower may not know of.
        NotAllowed: the community takes members by invitation only, or has shut them out; or one
            has blocked the other.
    """
    check_not_apart(tx, follower, followed, is_led=is_led)
    with logged_if_kept_out("follow_person", follower.kind, follower.host):
        check_may_follow(follower.kind, followed.kind)
    if followed.is_group:
        with logged_if_kept_out("join", follower.kind, follower.host):
            return take_member(tx, follower, followed, iri, now, joins=joins, answer=answer)
    is_open = not followed.approves_followers
    state = "accepted" if is_open else "pending"
    put_follow(tx, Follow(new_id(now), follower.id, followed.id, iri, state, now))
    notify(tx, followed.id, "follow" if is_open else "follow_request", follower.id, 0, now)
    return is_open


def take_member(
    tx: Tx, follower: Actor, group: Actor, iri: str, now: int, *, joins: bool, answer: str
) -> bool:
    """Store that somebody follows a community of ours, or asks to join it; whether they are in.

    Raises:
        NotFound, NotAllowed: as `take_follow`.
    """
    check_known(tx, group, follower)
    check_name(tx, follower, group)
    place, who = place_of(tx, group), who_is(tx, group.id, follower, now)
    if place is None:
        raise NotFound
    if who.is_banned:
        raise NotAllowed(SHUT_OUT)
    if not joins and may(Act.FOLLOW, place, who):
        put_follow(tx, Follow(new_id(now), follower.id, group.id, iri, "accepted", now))
        return True
    if not may(Act.JOIN, place, who):
        raise NotAllowed(BY_INVITATION if place.joining == "invite" else NOT_TO_JOIN)
    if not enters_at_once(place, who):
        ask(tx, group, follower, answer=answer, iri=iri, now=now)
        return False
    put_follow(tx, Follow(new_id(now), follower.id, group.id, iri, "accepted", now))
    put_member(tx, group.id, follower.id, Role.MEMBER, now)
    return True


def check_not_apart(tx: Tx, follower: Actor, followed: Actor, *, is_led: bool = False) -> None:
    """Raise NotAllowed where one of the two has blocked the other, under whatever name; of who
    `is_led`, under this one."""
    one, other = follower.id, followed.id
    if is_led:
        is_apart = bool(block_between(tx, one, other) or block_between(tx, other, one))
    else:
        is_apart = are_apart(tx, one, other)
    if is_apart:
        raise NotAllowed("You cannot follow them.")


def unfollow(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """Stop following a person, or leave a community; repeating it changes nothing.

    Raises:
        NotAllowed: nobody else organises that community.
    """
    held = follow_between(tx, me.id, other.id)
    if other.is_group:
        check_may_leave(tx, other, me.id)
    if other.is_group and other.local:
        take_back(tx, other, me, now)
    if held is None:
        return
    end_follow(tx, held)
    clear_home_of(tx, me.id, other.id)
    if not other.local:
        send_undo(tx, me, other, held.iri, now)


def send_undo(tx: Tx, me: Actor, other: Actor, follow_iri: str, now: int) -> None:
    """Tell the other node that one of ours does not follow, or no longer."""
    asked = documents.render_follow(follow_iri, me.iri, other.iri)
    append_activity(
        tx,
        actor_id=me.id,
        activity=documents.render_undo(new_activity_iri(me), me.iri, asked, to=[other.iri]),
        object_iri=other.iri,
        kind="Undo",
        inboxes=[other.inbox],
        public=not is_behind_door(other),
        now=now,
    )


def is_behind_door(actor: Actor) -> bool:
    """Whether an actor is a community elsewhere that shows to its members alone who belongs to it:
    who asks to join stands at no address that others could read (T88)."""
    return actor.is_group and actor.approves_followers


def ask_again(tx: Tx, now: int) -> int:
    """Ask once more for what nobody has answered, under the same id; for how many (T122).

    It is due an hour, a day and a week after the first asking; a pass takes at most 100.
    """
    due = due_asks(tx, now, ASKED_AT_ONCE)
    for asked in due:
        append_again(tx, asked.iri, asked.inbox, now)
        asks = asked.asks + 1
        ask_later(tx, asked.id, asks, next_ask_at(asked.created_at, asks))
    return len(due)


def end_follow(tx: Tx, held: Follow) -> None:
    """Drop a follow, and the membership that it was in a community.

    Of one elsewhere that nobody of ours belongs to any more, what was said behind its door goes.

    Raises:
        NotAllowed: nobody else organises that community.
    """
    check_has_successor(tx, held.followed_id, held.follower_id)
    drop_follow(tx, held.id)
    drop_member(tx, held.followed_id, held.follower_id)
    order_purge_if_left(tx, held.followed_id)


def take_yes(tx: Tx, asked: Follow, followed: Actor, now: int) -> bool:
    """Somebody elsewhere said yes to a follow of ours; False if that was known. Who follows a
    community that lets in by hand is its member, and is told so (C04). What they sent ahead of
    their yes is shown."""
    is_new = accept_stored(tx, asked.id, now)
    if is_new:
        place_what_overtook(tx, followed.id, asked.id, asked.created_at)
    if is_new and is_behind_door(followed):
        put_member(tx, followed.id, asked.follower_id, Role.MEMBER, now, "approval")
        notify(tx, asked.follower_id, "join_accepted", followed.id, 0, now)
    return is_new
