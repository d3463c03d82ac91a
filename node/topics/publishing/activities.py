"""What peers send about posts: a new one, an edit, the end of one."""

from collections.abc import Iterable, Sequence

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.fetch_tasks import add_task
from node.arrivals.store import drop_set_aside
from node.arrivals.tombstones import add_tombstone, drop_tombstone, has_tombstone
from node.base.errors import Missing, NotAllowed
from node.db.tx import Tx
from node.outbox.append import append_activity, was_said
from node.outbox.audience import copy_holders, follower_inboxes
from node.topics.actors.activities import delete_actor, receive_update_actor
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri, known_actor
from node.topics.actors.suspended import suspended_actor, suspended_by_iri
from node.topics.communities.announce import announce_activity
from node.topics.communities.store import end_memberships_of
from node.topics.moderation.held import is_kept_from_others
from node.topics.permissions.rules import OPEN
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import Post, post_by_id, post_by_iri, posts_by_ids
from node.topics.posts.withdrawals import (
    deleted_post,
    forget_restored,
    note_restored,
    note_withdrawn,
)
from node.topics.publishing.fanout import remove_post
from node.topics.publishing.gone_posts import bring_back, hear_that_gone, may_be_asked
from node.topics.publishing.may_write import check_may_post_in
from node.topics.publishing.receive import change_post, fetched_post, receive_post
from node.topics.quotes.activities import receive_revocation, wait_for_quote
from node.topics.reactions.boosts import boosters_of
from node.topics.reactions.store import count_anew, reacted_to_by

DELETED_POSTS_MAX = 200


def receive_create(tx: Tx, create: documents.Create, context: ApplyContext) -> None:
    """Store a peer's post, if it concerns anybody here, and show it to them.

    A repeated delivery changes and announces nothing. Where only the object's iri may be
    believed, the object is fetched from its own origin first.

    Raises:
        Missing: the author, the post or what it answers is not stored here yet.
        NotAllowed: the author may not post in that community.

    Source: ActivityPub section 7.2; FEP-1b12.
    """
    if has_tombstone(tx, create.iri, create.actor, "undone"):
        return
    author = known_actor(tx, create.actor)
    if isinstance(create.object, documents.Post):
        receive_post(tx, create.object, author, context)
    elif isinstance(create.object, str):
        fetched_post(tx, create.object, author, context)


def receive_update(tx: Tx, update: documents.Update, context: ApplyContext) -> None:
    """Replace a profile or a post with what its owner says it is now (T18).

    An edit that comes before its post is the post. An edit older than the one held is dropped.

    Raises:
        Missing: the object must be fetched from its own origin, or its author is not stored here.
        NotAllowed: somebody else's.
    """
    if isinstance(update.object, documents.Actor):
        was_shown = actor_by_iri(tx, update.actor) is not None
        receive_update_actor(tx, update, context)
        if update.object.suspended == was_shown:
            count_again_of(tx, update.actor)
            pass_on_person(tx, update.actor, context)
        return
    author = known_actor(tx, update.actor)
    if not isinstance(update.object, documents.Post):
        iri = update.object if isinstance(update.object, str) else update.object.iri
        refetch(tx, iri, context)
        return
    bring_back(tx, update.object.iri, author, context.now)
    known = post_by_iri(tx, update.object.iri)
    if known is None:
        receive_post(tx, update.object, author, context)
        return
    if known.author_id != author.id or known.local:
        raise NotAllowed("A post is changed by its author alone.")
    group = actor_by_id(tx, known.community_id) if known.community_id else None
    if group is not None and group.local:
        is_answer = known.parent_iri is not None
        check_may_post_in(tx, group, author, context.now, is_answer=is_answer)
    wait_for_quote(tx, update.object, context)
    is_changed = change_post(tx, update.object, known, author, context.now)
    now_it_is = post_by_id(tx, known.id) or known
    is_shared = now_it_is.visibility in (*OPEN, "members")
    if is_changed and is_shared and not is_kept_from_others(tx, known, author):
        pass_on(tx, known, author, context, also=copy_holders(tx, known.iri))


def count_again_of(tx: Tx, iri: str) -> None:
    """Count what somebody did to posts only while their own home shows them."""
    actor = actor_by_iri(tx, iri) or suspended_by_iri(tx, iri)
    if actor is not None:
        count_anew(tx, reacted_to_by(tx, actor.id))


def refetch(tx: Tx, iri: str, context: ApplyContext) -> None:
    """Have what we hold at `iri` read again from its own origin, if it is for everybody to read.

    What its address says was deleted is hidden here, and asked for again; what is only not there,
    or not for us, stays (T146).
    """
    known = post_by_iri(tx, iri)
    if known is None or not may_be_asked(known):
        return
    if not context.is_settled(iri):
        raise Missing([iri])
    if context.fetched[iri] == "gone":
        hear_that_gone(tx, known, context.now)


def receive_delete(tx: Tx, delete: documents.Delete, context: ApplyContext) -> None:
    """Delete a post, or an actor with everything of theirs, because its owner says so (T19).

    Somebody else's Delete counts only if the object's own address says, now and a day later, that
    it is gone (T146). What is not here yet is remembered, so that it does not come to stay (T120).

    Raises:
        Missing: the object's own address must be asked.
    """
    if delete.object == delete.actor:
        pass_on_person(tx, delete.actor, context)
        forget_actor(tx, delete.actor, context.now)
        return
    author = actor_by_iri(tx, delete.actor)
    known = post_by_iri(tx, delete.object)
    if author is None:
        return
    if known is None:
        hidden = hidden_post(tx, delete.object)
        if hidden is not None and hidden.post.author_id == author.id and not hidden.post.local:
            remove_post(tx, hidden.post, context.now)
        forget_restored(tx, delete.object, author.id)
        if not receive_revocation(tx, delete.object, author, context.now):
            add_tombstone(tx, delete.object, delete.actor, "deleted", context.now)
            drop_set_aside(tx, delete.object, context.now, actor_iri=delete.actor)
    elif known.author_id == author.id and not known.local:
        holders, boosters = copy_holders(tx, known.iri), boosters_of(tx, known.id)
        remove_post(tx, known, context.now)
        note_withdrawn(tx, known.id, context.now)
        pass_on(tx, known, author, context, also=holders)
        pass_on_for(tx, boosters, known, context)
    else:
        refetch(tx, delete.object, context)


def undo_delete(tx: Tx, undo: documents.Undo, context: ApplyContext) -> bool:
    """Have a post read again whose author takes its deletion back (Lemmy, PieFed); False if they
    deleted nothing that the Undo is of.

    A community of ours passes that on.
    """
    inner, author = undo.object, actor_by_iri(tx, undo.actor)
    if author is None or not isinstance(inner, documents.Delete) or inner.actor != undo.actor:
        return False
    was_awaited = has_tombstone(tx, inner.object, author.iri, "deleted")
    drop_tombstone(tx, inner.object, author.iri, "deleted")
    is_back = note_restored(tx, inner.object, author.id, context.now)
    if is_back:
        add_task(tx, "parents", inner.object, context.now, again_s=0)
        gone = deleted_post(tx, inner.object)
        if gone is not None:
            pass_on(tx, gone, author, context)
    return is_back or was_awaited


def forget_actor(tx: Tx, iri: str, now: int) -> None:
    """Delete a remote actor. Their posts are shown to nobody from then on, and go part by part."""
    actor = actor_by_iri(tx, iri) or suspended_by_iri(tx, iri)
    if actor is None or actor.local:
        return
    delete_actor(tx, actor, now)
    end_memberships_of(tx, actor.id)
    forget_words_of_gone(tx, now)


def forget_words_of_gone(tx: Tx, now: int) -> int:
    """Delete posts of people of other nodes who are gone, at most 200 at once; how many."""
    rows = tx.all(
        """
        select p.id from actor a join post p on p.author_id = a.id
        where a.deleted_at is not null and a.local = 0 and p.deleted_at is null
        limit :most
        """,
        most=DELETED_POSTS_MAX,
    )
    for post in posts_by_ids(tx, [row["id"] for row in rows]).values():
        remove_post(tx, post, now, is_told=False)
    return len(rows)


def pass_on_for(tx: Tx, boosters: Sequence[int], post: Post, context: ApplyContext) -> None:
    """Pass a Delete of what everybody could read on to those who have the post because some of ours
    boosted it, if its author has proven it: by itself it would count nowhere.

    Source: ActivityPub section 7.1.2 (forwarding); FEP-8b32.
    """
    activity = context.verbatim
    if not boosters or "proof" not in activity or post.visibility not in OPEN:
        return
    if not was_said(tx, activity["id"]):
        append_activity(
            tx,
            actor_id=boosters[0],
            activity=activity,
            object_iri=post.iri,
            kind="Delete",
            inboxes=set().union(*(follower_inboxes(tx, one) for one in boosters)),
            public=False,
            now=context.now,
        )


def pass_on_person(tx: Tx, iri: str, context: ApplyContext) -> None:
    """Have the communities of ours that somebody wrote in announce what became of them.

    Their members' nodes may hold posts that came from here alone; each asks at the person's own
    address.
    """
    rows = tx.all(
        """
        select distinct p.community_id, a.id from actor a
            join post p on p.author_id = a.id
            join community c on c.actor_id = p.community_id
        where a.iri = :iri and a.local = 0 and a.deleted_at is null
        """,
        iri=iri,
    )
    for row in rows:
        group = actor_by_id(tx, row["community_id"])
        author = actor_by_id(tx, row["id"]) or suspended_actor(tx, row["id"])
        if group is not None and author is not None and context.verbatim:
            announce_activity(tx, group, author, context.verbatim, iri, context.now)


def pass_on(
    tx: Tx, post: Post, author: Actor, context: ApplyContext, also: Iterable[str] = ()
) -> None:
    """Have the community of ours that a post belongs to announce what became of it."""
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    if group is not None and group.local and context.verbatim:
        announce_activity(tx, group, author, context.verbatim, post.iri, context.now, also)
