"""Consent to quotes (FEP-044f): asked of authors of ours, read from others, and taken back."""

from federation import documents
from federation.origin import is_iri, is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed, NotFound
from node.base.ids import new_name
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import inboxes_of
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri, known_actor
from node.topics.posts.documents import origin_of_actor
from node.topics.posts.rules import may_quote
from node.topics.posts.store import Post, is_deleted, post_by_iri
from node.topics.posts.views import post_view
from node.topics.quotes.store import Stamp, add_stamp, revoke_stamp, stamp_between, stamp_by_iri


def receive_quote_request(tx: Tx, request: documents.QuoteRequest, context: ApplyContext) -> None:
    """Answer whether a post of ours may be quoted: yes to anybody where anybody may read it (T98).

    A repeated request is answered again, with the same stamp. To somebody who may not see the post
    it is as if it were not there: there is no answer.

    Raises:
        Missing: the one who asks is not stored here yet.
        NotAllowed: there is nothing to quote there for them, or the quote is not theirs.
    """
    post = post_by_iri(tx, request.object)
    author = actor_by_id(tx, post.author_id) if post is not None and post.local else None
    if post is None or author is None:
        raise NotAllowed("There is nothing to quote at that address.")
    asker = known_actor(tx, request.actor)
    if not is_same_origin(request.instrument, request.actor):
        raise NotAllowed("To quote a post is asked for by whoever quotes it.")
    try:
        post_view(tx, post.id, asker)
    except NotFound:
        raise NotAllowed("There is nothing to quote at that address.") from None
    stamp = None
    if may_quote(post.visibility):
        stamp = stamp_for(tx, author, post, request.instrument, asker, context.now)
    answer(tx, author, asker, request, stamp, context.now)


def stamp_for(tx: Tx, author: Actor, post: Post, quoting_iri: str, asker: Actor, now: int) -> Stamp:
    known = stamp_between(tx, quoting_iri, post.iri, author.id)
    if known is not None:
        return known
    stamp = Stamp(
        iri=f"{origin_of_actor(author)}/stamps/{new_name()}",
        author_id=author.id,
        quoted_iri=post.iri,
        quoting_iri=quoting_iri,
        asker_id=asker.id,
    )
    add_stamp(tx, stamp, now)
    return stamp


def answer(
    tx: Tx,
    author: Actor,
    asker: Actor,
    request: documents.QuoteRequest,
    stamp: Stamp | None,
    now: int,
) -> None:
    activity = documents.render_quote_answer(
        new_activity_iri(author),
        author.iri,
        request,
        stamp=stamp.iri if stamp else None,
        to=[asker.iri],
    )
    append_activity(
        tx,
        actor_id=author.id,
        activity=activity,
        object_iri=request.iri,
        kind="Accept" if stamp else "Reject",
        inboxes=inboxes_of(tx, [asker.id], shared=False),
        public=False,
        now=now,
    )


def store_stamp(tx: Tx, document: documents.QuoteAuthorization, now: int) -> None:
    """Keep a stamp of another node that was fetched from its own address.

    Raises:
        NotAllowed: it is not at home with the author whom it names, or that is nobody known here.
    """
    author = actor_by_iri(tx, document.author)
    if author is None or author.local or not is_same_origin(document.iri, document.author):
        raise NotAllowed("A stamp for a quote is at home with the author who agrees.")
    stamp = Stamp(
        iri=document.iri,
        author_id=author.id,
        quoted_iri=document.quoted,
        quoting_iri=document.quoting,
    )
    add_stamp(tx, stamp, now)


def wait_for_quote(tx: Tx, document: documents.Post, context: ApplyContext) -> None:
    """Raise Missing for what a post quotes and for the stamp, unless here, gone, or asked for."""
    quoted, stamp = document.quote, document.quote_authorization
    if quoted is None or not is_iri(quoted):
        return
    wanted = []
    if post_by_iri(tx, quoted) is None and not is_deleted(tx, quoted):
        wanted.append(quoted)
    if stamp and is_same_origin(stamp, quoted) and stamp_by_iri(tx, stamp) is None:
        wanted.append(stamp)
    missing = [iri for iri in wanted if iri not in context.fetched]
    if missing:
        raise Missing(missing)


def receive_revocation(tx: Tx, iri: str, author: Actor, now: int) -> bool:
    """Take back the stamp at `iri`, if it is one of this author's; whether it is."""
    stamp = stamp_by_iri(tx, iri)
    if stamp is None or stamp.author_id != author.id or author.local:
        return False
    revoke_stamp(tx, stamp, now)
    return True
