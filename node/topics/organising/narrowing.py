"""A door that is narrowed: those whom it shuts out are let go, and boosts are taken back.

What may be read is decided by the door alone, from the same moment on; what is done here is what
others have to be told, and goes part by part, so that nobody waits.
"""

from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import follower_inboxes
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.store import (
    Community,
    community_even_closed,
    drop_members_elsewhere,
)
from node.topics.members.answers import reject_follow
from node.topics.organising.rules import takes_from_elsewhere
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import post_by_id
from node.topics.reactions.boosts import boost_by_id, drop_boost
from node.topics.reactions.documents import render_unboost

BOOSTS_AT_ONCE = 50
FOLLOWS_AT_ONCE = 100


def begin_narrowing(tx: Tx, group: Actor, community: Community, now: int) -> None:
    """Shut out at once whom a community has no room for, and begin to tell them; the nodes whose
    last member goes are asked to remove what they hold (`members.copies`)."""
    if not takes_from_elsewhere(community.place):
        drop_members_elsewhere(tx, group.id)
    tx.run("update community set narrowed_at = :now where actor_id = :id", id=group.id, now=now)
    finish_narrowing(tx, now)


def finish_narrowing(tx: Tx, now: int) -> int:
    """Do the next part for one community whose door was narrowed; of how many things."""
    row = tx.one(
        """
        select actor_id from community where narrowed_at is not null
        order by narrowed_at limit 1
        """
    )
    if row is None:
        return 0
    group, community = actor_by_id(tx, row["actor_id"]), community_even_closed(tx, row["actor_id"])
    is_narrow = community is not None and community.visibility != "public"
    done = 0
    if group is not None and is_narrow:
        done = take_back_boosts(tx, group, now) or let_go_outsiders(tx, group, now)
    if not done:
        tx.run("update community set narrowed_at = null where actor_id = :id", id=row["actor_id"])
    return done


def take_back_boosts(tx: Tx, group: Actor, now: int) -> int:
    """Take back what a community showed to those who follow it, the newest first; how much."""
    rows = tx.all(
        "select id from boost where actor_id = :id order by id desc limit :limit",
        id=group.id,
        limit=BOOSTS_AT_ONCE,
    )
    inboxes = follower_inboxes(tx, group.id)
    for row in rows:
        held = boost_by_id(tx, row["id"])
        if held is None:
            continue
        hidden = hidden_post_by_id(tx, held.post_id)
        post = post_by_id(tx, held.post_id) or (hidden.post if hidden else None)
        drop_boost(tx, held)
        if post is not None:
            append_activity(
                tx,
                actor_id=group.id,
                activity=render_unboost(group, post, held),
                object_iri=post.iri,
                kind="Undo",
                inboxes=inboxes,
                public=False,
                now=now,
            )
    return len(rows)


def let_go_outsiders(tx: Tx, group: Actor, now: int) -> int:
    """End the follows of those who are no members; how many there were."""
    rows = tx.all(
        """
        select f.follower_id from follow f
        where f.followed_id = :group_id and f.state = 'accepted'
          and not exists (select 1 from membership m where m.community_id = :group_id
                          and m.actor_id = f.follower_id)
        order by f.id
        limit :limit
        """,
        group_id=group.id,
        limit=FOLLOWS_AT_ONCE,
    )
    for row in rows:
        follower = actor_by_id(tx, row["follower_id"])
        if follower is not None:
            reject_follow(tx, group, follower, now)
        else:
            tx.run(
                "delete from follow where follower_id = :id and followed_id = :group_id",
                id=row["follower_id"],
                group_id=group.id,
            )
    return len(rows)
