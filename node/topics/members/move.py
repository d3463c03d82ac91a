"""People who move to another address, here or from here, and those who follow them (FEP-7628)."""

from dataclasses import dataclass, replace

from federation import documents
from node.base.errors import Invalid, NotAllowed
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes
from node.topics.actors.actions import new_activity_iri, tell_followers
from node.topics.actors.moved import is_alias_of, put_moved_to
from node.topics.actors.store import Actor, actor_by_id, actors_by_iris, update_actor
from node.topics.members.actions import follow, unfollow
from node.topics.members.move_store import (
    Move,
    local_followers_after,
    move_of,
    put_move,
    waiting_moves,
)
from node.topics.members.rules import check_aliases, check_may_move
from node.topics.notifications.store import notify
from node.topics.pseudonyms.store import move_pseudonyms

MOVED_AT_ONCE = 100


def add_alias(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """Say that I was known as `other` before, so that their followers can be moved to me.

    Raises:
        Invalid: that is oneself or a community, or I have as many as one may have.
    """
    if other.id == me.id or other.is_group:
        raise Invalid("Give the address of another account of yours.")
    put_aliases(tx, me, tuple(dict.fromkeys((*me.aliases, other.iri))), now)


def drop_alias(tx: Tx, me: Actor, iri: str, now: int) -> None:
    """Say no longer that I was known at `iri`. Repeating it changes nothing."""
    put_aliases(tx, me, tuple(one for one in me.aliases if one != iri), now)


@dataclass(frozen=True, slots=True)
class OldAddress:
    """An address that somebody was known at; `handle` is the iri where nobody is known there."""

    iri: str
    handle: str


def old_addresses(tx: Tx, me: Actor) -> list[OldAddress]:
    """The old addresses that I name, in the order in which I did."""
    known = actors_by_iris(tx, me.aliases)
    return [OldAddress(iri, f"@{known[iri].handle}" if iri in known else iri) for iri in me.aliases]


def put_aliases(tx: Tx, me: Actor, aliases: tuple[str, ...], now: int) -> None:
    if aliases != me.aliases:
        check_aliases(aliases)
        changed = replace(me, aliases=aliases, updated_at=now)
        update_actor(tx, changed)
        tell_followers(tx, changed, now)


def move_away(tx: Tx, me: Actor, target: Actor, now: int) -> None:
    """Say that I live at `target` now; those who follow me are asked to follow there.

    The caller has just read `target` at its own home. From now on I publish nothing here.

    Raises:
        Invalid: I have moved already, or that is no other account.
        NotAllowed: the other account does not name me, or I moved within the last 30 days.
    """
    if me.moved_to is not None:
        raise Invalid("You have moved already. Take that back first.")
    if target.id == me.id or target.is_group:
        raise Invalid("Give the address of another account of yours.")
    take_move(tx, me, target, now)
    moved = replace(me, moved_to=target.iri, updated_at=now)
    tell_followers(tx, moved, now)
    followers = me.followers or f"{me.iri}/followers"
    activity = documents.render_move(new_activity_iri(me), me.iri, target.iri, to=[followers])
    append_activity(
        tx,
        actor_id=me.id,
        activity=activity,
        object_iri=me.iri,
        kind="Move",
        inboxes=follower_inboxes(tx, me.id),
        public=True,
        now=now,
    )


def take_back_move(tx: Tx, me: Actor, now: int) -> None:
    """Live here again. Whoever follows me elsewhere by now stays there.

    Raises:
        Invalid: I have not moved.
    """
    if me.moved_to is None:
        raise Invalid("You have not moved.")
    put_moved_to(tx, me, None, now)
    held = move_of(tx, me.id)
    if held is not None:
        put_move(tx, replace(held, done_at=now))
    tell_followers(tx, replace(me, moved_to=None, updated_at=now), now)


def take_move(tx: Tx, old: Actor, target: Actor, now: int) -> None:
    """Believe that `old` lives at `target` now, and move those of ours along who follow.

    The first hundred are moved at once, the others soon. Repeating it changes nothing.

    Raises:
        NotAllowed: `target` does not name `old` (T25), or `old` moved within the last 30 days.
    """
    held = move_of(tx, old.id)
    if held is not None and held.target_id == target.id and old.moved_to == target.iri:
        return
    check_may_move(
        is_named=is_alias_of(target, old.iri), moved_at=held.moved_at if held else None, now=now
    )
    put_moved_to(tx, old, target.iri, now)
    if old.is_group and target.is_group:
        move_pseudonyms(tx, old.id, target.id)
    made = Move(old.id, target.id, now, 0, None)
    put_move(tx, made)
    move_along(tx, made, now)


def move_followers(tx: Tx, now: int) -> int:
    """Go on moving people along; how many moves were looked at."""
    waiting = waiting_moves(tx)
    for move in waiting:
        move_along(tx, move, now)
    return len(waiting)


def move_along(tx: Tx, move: Move, now: int) -> None:
    """Move the next hundred of ours who follow the old address to the new one, and tell them.

    Out of a community nobody is moved, each is asked (T25): who is in it is nobody else's affair,
    and who would stay behind could be told from the others.
    """
    old, target = actor_by_id(tx, move.actor_id), actor_by_id(tx, move.target_id)
    follows = local_followers_after(tx, move.actor_id, move.after_id, MOVED_AT_ONCE)
    if old is None or target is None or not follows:
        put_move(tx, replace(move, done_at=now))
        return
    is_group = old.is_group or target.is_group
    for one in follows:
        follower = actor_by_id(tx, one.follower_id)
        if follower is not None and follower.id != target.id:
            is_moved = not is_group and move_one(tx, follower, old, target, now)
            notify(tx, follower.id, "move" if is_moved else "move_request", old.id, 0, now)
    is_last = len(follows) < MOVED_AT_ONCE
    put_move(tx, replace(move, after_id=follows[-1].id, done_at=now if is_last else None))


def move_one(tx: Tx, follower: Actor, old: Actor, target: Actor, now: int) -> bool:
    """Have one of ours follow at the new address in place of the old one; whether that may be."""
    try:
        follow(tx, follower, target, now, is_led=True)
    except NotAllowed:
        return False
    unfollow(tx, follower, old, now)
    return True
