"""What those who look after the node remove that no community of ours is for.

Somebody else's post is hidden here; one of ours is hidden, and all who may hold it are asked to
delete it, in its author's name, who alone may say that.
"""

from federation import documents
from node.base.errors import NotFound
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import copy_holders, inboxes_given, once_a_host
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, instance_actor
from node.topics.moderation.changes import log_change, remove_from_community, show_post
from node.topics.moderation.log_store import new_entry_id
from node.topics.moderation.node_bans import check_looks_after_node
from node.topics.moderation.rules import check_reason
from node.topics.moderation.send_change import new_change
from node.topics.permissions.rules import OPEN
from node.topics.posts.audience import audience_inboxes
from node.topics.posts.documents import post_value
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import Post


def remove_here(tx: Tx, me: Actor, post: Post, reason: str, now: int) -> None:
    """Hide a post from everybody on this node, and have copies of one of ours deleted elsewhere.

    Raises:
        Invalid: the reason is too long.
        NotAllowed: `me` does not look after the node.
    """
    check_reason(reason)
    node = instance_actor(tx)
    check_looks_after_node(tx, node, me)
    author = actor_by_id(tx, post.author_id)
    if author is not None and author.local:
        ask_to_delete(tx, author, post, now)
    change, entry_id = new_change(me, node, now, reason), new_entry_id(now)
    remove_from_community(tx, change, [post.id], entry_id)
    log_change(tx, change, "remove", post_id=post.id, entry_id=entry_id)


def ask_to_delete(tx: Tx, author: Actor, post: Post, now: int) -> None:
    value = post_value(tx, post)
    delete = documents.render_delete(
        new_activity_iri(author),
        author.iri,
        documents.Tombstone(iri=post.iri, former_kind=post.kind, deleted=now),
        to=value.to,
        cc=value.cc,
        audience=value.audience,
    )
    had_it = copy_holders(tx, post.iri) | inboxes_given(tx, post.iri)
    append_activity(
        tx,
        actor_id=author.id,
        activity=delete,
        object_iri=post.iri,
        kind="Delete",
        inboxes=once_a_host(tx, audience_inboxes(tx, author, post) | had_it),
        public=post.visibility in OPEN,
        now=now,
    )


def restore_here(tx: Tx, me: Actor, post_id: int, now: int) -> None:
    """Show a post on this node again; what was deleted elsewhere stays so.

    Raises:
        NotFound: it is not hidden by those who look after the node.
        NotAllowed: `me` does not look after the node.
    """
    node, hidden = instance_actor(tx), hidden_post_by_id(tx, post_id)
    check_looks_after_node(tx, node, me)
    if hidden is None or not show_post(tx, new_change(me, node, now), hidden):
        raise NotFound
