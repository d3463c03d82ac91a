"""What becomes of consent to quotes when a post is gone."""

from federation import documents
from federation.documents.quote import STAMP_KIND
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import inboxes_of
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import actor_by_id
from node.topics.posts.store import Post
from node.topics.quotes.store import Stamp, revoke_stamp, show_quotes_anew, stamps_about


def end_quotes_of(tx: Tx, post: Post, now: int) -> None:
    """Take back every stamp about a post that is deleted, and tell those whom ours were given to.

    With the quoted post the consent to quote it ends; with the quoting one there is nothing left
    to agree to.
    """
    for stamp in stamps_about(tx, post.iri):
        revoke_stamp(tx, stamp, now)
        if stamp.quoted_iri == post.iri and stamp.asker_id is not None:
            tell_revoked(tx, stamp, stamp.asker_id, now)
    show_quotes_anew(tx, post.iri)


def tell_revoked(tx: Tx, stamp: Stamp, asker_id: int, now: int) -> None:
    author, asker = actor_by_id(tx, stamp.author_id), actor_by_id(tx, asker_id)
    if author is None or asker is None or not author.local:
        return
    stone = documents.Tombstone(iri=stamp.iri, former_kind=STAMP_KIND, deleted=now)
    append_activity(
        tx,
        actor_id=author.id,
        activity=documents.render_delete(
            new_activity_iri(author), author.iri, stone, to=[asker.iri]
        ),
        object_iri=stamp.iri,
        kind="Delete",
        inboxes=inboxes_of(tx, [asker.id], shared=False),
        public=False,
        now=now,
    )
