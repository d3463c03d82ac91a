"""Removing what was said behind the door of a community elsewhere, and saying so to its home."""

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.store import drop_bodies_naming
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri, instance_actor
from node.topics.communities.announce import followers_of
from node.topics.communities.store import drop_members_here
from node.topics.members.actions import end_follow
from node.topics.members.home_timeline import clear_home_of
from node.topics.members.purge_orders import (
    PurgeOrder,
    drop_purge_order,
    forget_purges,
    has_members_here,
    note_purged,
    order_purge,
    purge_orders,
    remember_purge,
)
from node.topics.members.store import followings_of
from node.topics.neighbours.purge import AT_ONCE, drop_posts

PARTS_AT_ONCE = 5


def receive_purge(tx: Tx, delete: documents.Delete, context: ApplyContext) -> bool:
    """A community elsewhere says that nobody here belongs to it any more, and asks for all that it
    ever said to be removed: a Delete of its own outbox. False if it is no such thing.

    Whoever of ours is still held to be a member is none any more; who has asked waits on.
    """
    group = actor_by_iri(tx, delete.actor)
    if group is None or group.local or not group.is_group or delete.object != group.outbox:
        return False
    for one in followings_of(tx, group.id):
        if one.follow.is_accepted:
            end_follow(tx, one.follow)
            clear_home_of(tx, one.follow.follower_id, group.id)
    drop_members_here(tx, group.id)
    order_purge(tx, group.id, delete.iri)
    return True


def purge_left(tx: Tx, now: int) -> int:
    """Remove the next part of what is to be removed of communities elsewhere, and say so where all
    is gone; of how many posts and communities. Where somebody of ours belongs to one again, what
    is there stays."""
    done = 0
    forget_purges(tx, now)
    for order in purge_orders(tx):
        group = actor_by_id(tx, order.group_id)
        if group is None or has_members_here(tx, order.group_id):
            drop_purge_order(tx, order.group_id)
            continue
        posts = sum(drop_part(tx, group) for _ in range(PARTS_AT_ONCE))
        note_purged(tx, group.id, posts)
        done += posts
        if posts < AT_ONCE * PARTS_AT_ONCE:
            finish(tx, group, order, order.removed + posts, now)
            done += 1
    return done


def drop_part(tx: Tx, group: Actor) -> int:
    """Drop up to two hundred posts of other nodes that were for the members of a community, with
    all that hangs on them; how many. What our own people wrote is theirs alone to read now."""
    rows = tx.all(
        """
        select id, iri from post
        where community_id = :group_id and visibility = 'members' and local = 0 limit :limit
        """,
        group_id=group.id,
        limit=AT_ONCE,
    )
    drop_posts(tx, [row["id"] for row in rows], [row["iri"] for row in rows])
    return len(rows)


def finish(tx: Tx, group: Actor, order: PurgeOrder, removed: int, now: int) -> None:
    """Drop the last traces, and answer who asked."""
    drop_bodies_naming(tx, group.host, followers_of(group), now)
    if not order.iri:
        remember_purge(tx, group.id, now)
        return
    drop_purge_order(tx, group.id)
    me = instance_actor(tx)
    outcome = "removed" if removed else "neverHad"
    append_activity(
        tx,
        actor_id=me.id,
        activity=documents.render_receipt(
            new_activity_iri(me), me.iri, order.iri, outcome, to=group.iri
        ),
        object_iri=order.iri,
        kind="Accept",
        inboxes=[group.inbox],
        public=False,
        now=now,
    )
