"""Communities that were closed down thirty days ago go for good: their words, members and address.

A tombstone is left for the name, which is never given twice. A public community says that it is
gone, as somebody who leaves does; of any other only the nodes of its members are told.
"""

from federation import documents
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import acquainted_inboxes, member_inboxes
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.announce import followers_of
from node.topics.organising.rules import RESTORABLE_S
from node.topics.portability.deletion import depart, drop_messages
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import delete
from node.topics.publishing.fanout import remove_post

POSTS_AT_ONCE = 50


def end_closed_communities(tx: Tx, now: int) -> int:
    """Do the next part of one community whose thirty days are over; of how many things."""
    row = tx.one(
        """
        select c.actor_id, c.visibility from community c join actor a on a.id = c.actor_id
        where c.closed_at <= :before and a.deleted_at is null
        order by c.closed_at limit 1
        """,
        before=now - RESTORABLE_S,
    )
    group = actor_by_id(tx, row["actor_id"]) if row else None
    if row is None or group is None:
        return 0
    return drop_words(tx, group, now) or end_community(tx, group, row["visibility"], now)


def drop_words(tx: Tx, group: Actor, now: int) -> int:
    """Delete the next fifty posts of a community, everywhere as far as other nodes do as they are
    asked; how many there were."""
    rows = tx.all(
        """
        select id from post
        where community_id = :id and (deleted_at is null or removed_in is not null)
        order by id limit :limit
        """,
        id=group.id,
        limit=POSTS_AT_ONCE,
    )
    for row in rows:
        post = post_by_id(tx, row["id"])
        author = actor_by_id(tx, post.author_id) if post else None
        hidden = hidden_post_by_id(tx, row["id"])
        if post is not None and author is not None and author.local:
            delete(tx, author, post.id, now)
        elif post is not None:
            remove_post(tx, post, now)
        elif hidden is not None:
            remove_post(tx, hidden.post, now)
    return len(rows)


def end_community(tx: Tx, group: Actor, visibility: str, now: int) -> int:
    """Make a tombstone of a community, and tell those who know it."""
    is_public = visibility == "public"
    inboxes = acquainted_inboxes(tx, group.id) if is_public else member_inboxes(tx, group.id)
    drop_messages(tx, group.id)
    append_activity(
        tx,
        actor_id=group.id,
        activity=documents.render_delete(
            new_activity_iri(group),
            group.iri,
            group.iri,
            to=[documents.PUBLIC] if is_public else [followers_of(group)],
        ),
        object_iri=group.iri,
        kind="Delete",
        inboxes=inboxes,
        public=is_public,
        now=now,
    )
    tx.run(
        "update community set rules = '', topics = '', question = '' where actor_id = :id",
        id=group.id,
    )
    depart(tx, group.id, now)
    return 1
