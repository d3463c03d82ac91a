"""What was said in a community of ours that not everybody may read, for its members' nodes.

Who asks has been decided before: nobody but a node with a member is given a page of this.
"""

from typing import Any

from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.posts.documents import post_document
from node.topics.posts.views import post_views
from node.topics.timelines.documents import ID_MAX, OutboxPage, read_json

Json = dict[str, Any]
POSTS_A_PAGE = 60


def private_outbox_page(tx: Tx, group: Actor, before: int | None, reader: Actor) -> OutboxPage:
    """The newest posts for the members of a community below the id `before`, at most 60.

    What our own people wrote stands there as it is now. What others wrote, whose words only their
    own proof tells, is the community's Announce of it and of each edit, as it was sent.
    """
    rows = tx.all(
        """
        select id, local from post
        where community_id = :group_id and visibility = 'members'
          and deleted_at is null and id < :before
        order by id desc limit :limit
        """,
        group_id=group.id,
        before=before or ID_MAX,
        limit=POSTS_A_PAGE,
    )
    views = post_views(tx, [row["id"] for row in rows], reader)
    items: list[Json] = []
    for row in rows:
        view = views.get(row["id"])
        if view is None:
            continue
        if row["local"]:
            items.append(post_document(tx, view.post))
        else:
            items += said_of(tx, group, view.post.iri)
    more = rows[-1]["id"] if len(rows) == POSTS_A_PAGE else None
    return OutboxPage(items, more)


def said_of(tx: Tx, group: Actor, post_iri: str) -> list[Json]:
    """What a community of ours passed on of a post and its edits, the newest first."""
    rows = tx.all(
        """
        select body from outbox_entry
        where object_iri = :iri and actor_id = :group_id and kind = 'Announce'
        order by id desc limit 20
        """,
        iri=post_iri,
        group_id=group.id,
    )
    bodies = [read_json(row["body"]) for row in rows]
    return [one for one in bodies if kind_inside(one) in ("Create", "Update")]


def kind_inside(announce: Json) -> str:
    inner = announce.get("object")
    return str(inner.get("type", "")) if isinstance(inner, dict) else ""


def private_outbox_total(tx: Tx, group: Actor) -> int:
    """How many posts for its members a community of ours holds."""
    row = tx.one(
        """
        select count(*) as total from post
        where community_id = :group_id and visibility = 'members' and deleted_at is null
        """,
        group_id=group.id,
    )
    return int(row["total"]) if row else 0
