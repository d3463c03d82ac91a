"""What our members do about people whom they want nothing more of: block them, and lift that."""

from collections.abc import Mapping
from typing import Any

from federation import documents
from node.base.errors import Invalid
from node.base.ids import new_id
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.blocks.store import Block, block_between, drop_block, put_block
from node.topics.members.actions import unfollow
from node.topics.members.follow_requests import remove_follower
from node.topics.members.home_timeline import clear_home_about
from node.topics.notifications.store import withdraw_from
from node.topics.pseudonyms.store import other_names


def block(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """Want nothing more of a person: neither is shown what the other writes.

    Follows end both ways, and what they were told of each other goes. Somebody of another node is
    sent a Block, so that their home hides it as well. Repeating it changes nothing. Under the other
    names of `me` nothing of them is shown either, and nobody is told whose names those are (M10).

    Raises:
        Invalid: that is oneself, or a community.
    """
    if me.id == other.id:
        raise Invalid("You cannot block yourself.")
    if other.is_group:
        raise Invalid("A community cannot be blocked. You can leave it, or mute it.")
    if block_between(tx, me.id, other.id) is not None:
        return
    unfollow(tx, me, other, now)
    remove_follower(tx, me, other, now)
    iri = new_activity_iri(me)
    put_block(tx, Block(new_id(now), iri, me.id, other.id), now)
    forget_each_other(tx, me, other)
    send(tx, me, other, documents.render_block(iri, me.iri, other.iri), "Block", now)


def unblock(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """Lift a block; follows that it ended stay ended. Repeating it changes nothing."""
    held = block_between(tx, me.id, other.id)
    if held is None:
        return
    drop_block(tx, held.id)
    undone = documents.render_block(held.iri, me.iri, other.iri)
    undo = documents.render_undo(new_activity_iri(me), me.iri, undone, to=[other.iri])
    send(tx, me, other, undo, "Undo", now)


def forget_each_other(tx: Tx, one: Actor, other: Actor) -> None:
    """Take what two people wrote, passed on and did out of each other's home and news; the other's
    out of that of every name of `one`, who blocks."""
    for reader, author in ((one, other), (other, one)):
        clear_home_about(tx, reader.id, author.id)
        withdraw_from(tx, reader.id, author.id)
    for name_id in other_names(tx, one.id):
        clear_home_about(tx, name_id, other.id)
        withdraw_from(tx, name_id, other.id)


def send(tx: Tx, me: Actor, other: Actor, activity: Mapping[str, Any], kind: str, now: int) -> None:
    """Tell the home of whom it is about, in their own inbox; nobody else ever reads it (T99)."""
    if other.local:
        return
    append_activity(
        tx,
        actor_id=me.id,
        activity=activity,
        object_iri=other.iri,
        kind=kind,
        inboxes=[other.inbox],
        public=False,
        now=now,
    )
