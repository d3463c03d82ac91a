"""Telling others what was changed in a community: its members, and whom it concerns."""

from typing import Any

from federation.documents import moderating
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.announce import announce_activity, followers_of, is_open_to_all
from node.topics.moderation.changes import Change

Json = dict[str, Any]


def new_change(me: Actor, group: Actor, now: int, reason: str = "") -> Change:
    return Change(
        group=group,
        by_iri=me.iri,
        activity_iri=new_activity_iri(me),
        now=now,
        reason=reason.strip() or None,
    )


def send_undo(
    tx: Tx,
    me: Actor,
    change: Change,
    undone: Json,
    object_iri: str,
    concerned: Actor | None,
    *,
    restores: bool = False,
) -> None:
    said = moderating.render_undo_moderation(
        change.activity_iri, me.iri, change.group.iri, undone, restores=restores
    )
    send_change(tx, me, change.group, said, object_iri, concerned, change.now)


def send_change(
    tx: Tx,
    me: Actor,
    group: Actor,
    activity: Json,
    object_iri: str,
    concerned: Actor | None,
    now: int,
) -> None:
    """Keep what `me` said at its address, and have the community announce it.

    Its members' nodes get it, and the node of whom it concerns. A community elsewhere is sent it.
    What is done behind a door stands at no address, and is for the members alone.
    """
    is_open = is_open_to_all(tx, group)
    if not is_open:
        activity = activity | {"to": [group.iri, followers_of(group)], "cc": []}
    append_activity(
        tx,
        actor_id=me.id,
        activity=activity,
        object_iri=object_iri,
        kind=str(activity["type"]),
        inboxes=() if group.local else (inbox_of(group, is_open=is_open),),
        public=is_open,
        now=now,
    )
    if group.local:
        announce_activity(tx, group, concerned or me, activity, object_iri, now)


def inbox_of(group: Actor, *, is_open: bool) -> str:
    """Where a community elsewhere is told something: in its own inbox what not everybody reads."""
    return (group.shared_inbox or group.inbox) if is_open else group.inbox
