"""What is said of moderation: by moderators of our communities, and by communities elsewhere.

Each function takes the community that passed the activity on, or None where its actor sent it. What
counts is decided in one place (`rules.is_believed`). What a moderator of ours elsewhere did is
passed on by the community, as it came.
"""

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import add_tombstone, drop_tombstone
from node.base.errors import Missing, NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri
from node.topics.moderation.authority import (
    NOT_THEIRS,
    Said,
    believed_change,
    claim_of,
    group_of_object,
    pass_on,
    post_in,
    standings,
)
from node.topics.moderation.changes import (
    Change,
    ban_person,
    close_post,
    hide_post,
    open_post,
    show_post,
    unban_person,
)
from node.topics.moderation.log_store import entry_of_activity
from node.topics.moderation.rules import FOR_EVER, check_may_act_on, is_believed
from node.topics.moderation.site_bans import is_site, receive_site_block, undo_site_block
from node.topics.posts.removals import hidden_post
from node.topics.posts.store import Post, post_by_iri
from node.topics.posts.unverified_deletes import post_put_aside


def receive_lock(
    tx: Tx, lock: documents.Lock, context: ApplyContext, passing: Actor | None = None
) -> None:
    """Close a conversation of a community to answers.

    Raises:
        NotAllowed: the sender has no say in that community.
        Missing: the post is not stored here yet.
    """
    said = Said(lock, passing, context)
    group = group_of_object(tx, lock.object, said)
    change = believed_change(tx, group, said) if group else None
    if group is None or change is None:
        return
    post = post_in(tx, group, lock.object, said)
    if post is not None and close_post(tx, change, post):
        pass_on(tx, group, said, post.iri)


def receive_block(
    tx: Tx, block: documents.Block, context: ApplyContext, passing: Actor | None = None
) -> None:
    """Let somebody write in a community no longer, or shut them out of a whole node.

    One that names neither has no effect.

    Raises:
        NotAllowed: the sender has no say in that community, or none over that person.
        Missing: the person is not stored here yet.
    """
    group = actor_by_iri(tx, block.target) if block.target else None
    if is_site(tx, block.target):
        receive_site_block(tx, block, context, passing)
        return
    if group is None or not group.is_group:
        return
    said = Said(block, passing, context)
    change, person = believed_change(tx, group, said), actor_by_iri(tx, block.object)
    if change is None or (person is None and context.is_settled(block.object)):
        return
    if person is None:
        raise Missing([block.object])
    if group.local:
        check_may_act_on(*standings(tx, group, block.actor, person))
    until = block.ends_at or FOR_EVER
    if until > context.now and ban_person(tx, change, person, until, removes=block.removes):
        pass_on(tx, group, said, person.iri)


def receive_removal(
    tx: Tx, delete: documents.Delete, context: ApplyContext, passing: Actor | None = None
) -> bool:
    """Hide a post because who looks after its community removed it; False if that is not so.

    A Delete without a reason by the post's own author is the author's, and none of ours here. One
    that comes before its post is remembered, so that the post comes hidden (T120).
    """
    said, post = Said(delete, passing, context), post_by_iri(tx, delete.object)
    group = group_of_object(tx, delete.object, said)
    if group is None or not is_removal(tx, delete, post, passing):
        return False
    if not is_believed(claim_of(tx, group, said)):
        return False
    change = believed_change(tx, group, said)
    if change is None:
        return True
    if post is None:
        is_put_aside = post_put_aside(tx, delete.object) is not None
        if is_put_aside or hidden_post(tx, delete.object) is None:
            add_tombstone(tx, delete.object, group.iri, "deleted", context.now)
        return True
    if hide_post(tx, change, post, with_replies=delete.with_replies):
        pass_on(tx, group, said, post.iri)
    return True


def is_removal(tx: Tx, delete: documents.Delete, post: Post | None, passing: Actor | None) -> bool:
    """Whether a Delete is a moderator's: it has a reason, or comes from somebody else."""
    if delete.summary is not None:
        return True
    author = actor_by_iri(tx, delete.actor)
    return post is not None and (author is None or post.author_id != author.id)


def renew_group(
    tx: Tx, update: documents.Update, context: ApplyContext, passing: Actor | None = None
) -> bool:
    """Have a community elsewhere read again, because a moderator changed it; False if it is none.

    Raises:
        Missing: it must be read at its own address.
    """
    iri = update.object if isinstance(update.object, str) else update.object.iri
    group = actor_by_iri(tx, iri)
    if group is None or not group.is_group or iri == update.actor:
        return False
    said = Said(update, passing, context)
    if not group.local and is_believed(claim_of(tx, group, said)) and not context.is_settled(iri):
        raise Missing([iri])
    return True


def undo_moderation(
    tx: Tx, undo: documents.Undo, context: ApplyContext, passing: Actor | None = None
) -> bool:
    """Take back a lock, a ban or a removal; False if the Undo is of something else.

    Any moderator may take back what another did; only what stands here is taken back (T20). What
    is undone before it came stays undone; what was here and is said again later, counts again.

    Raises:
        NotAllowed: the sender has no say in that community.
    """
    if undo_site_block(tx, undo, context, passing):
        return True
    inner, said = undone_by(tx, undo), Said(undo, passing, context)
    if isinstance(inner, documents.Block):
        group = actor_by_iri(tx, inner.target) if inner.target else None
    elif isinstance(inner, documents.Lock | documents.Delete):
        group = group_of_object(tx, inner.object, said)
    else:
        return False
    if group is None or not group.is_group:
        return False
    if not is_believed(claim_of(tx, group, said)):
        if isinstance(inner, documents.Delete):
            return False
        raise NotAllowed(NOT_THEIRS)
    change = believed_change(tx, group, said)
    was_here = change is not None and take_back(tx, change, inner, restores=undo.restores)
    add_tombstone(tx, inner.iri, group.iri, "undone", context.said_at, forever=was_here)
    if was_here:
        pass_on(tx, group, said, inner.object)
    return True


def undone_by(tx: Tx, undo: documents.Undo) -> documents.Activity | str:
    """What an Undo is of; one that only names an activity means what our log says that did."""
    entry = entry_of_activity(tx, undo.object) if isinstance(undo.object, str) else None
    if entry is None:
        return undo.object
    iri, actor = entry.activity_iri, entry.by_iri
    if entry.verb == "ban" and entry.person_iri:
        group = actor_by_id(tx, entry.group_id)
        target = group.iri if group else None
        return documents.Block(iri=iri, actor=actor, object=entry.person_iri, target=target)
    if entry.verb in ("lock", "remove") and entry.post_iri:
        kind = documents.Lock if entry.verb == "lock" else documents.Delete
        return kind(iri=iri, actor=actor, object=entry.post_iri)
    return undo.object


def take_back(
    tx: Tx,
    change: Change,
    inner: documents.Block | documents.Lock | documents.Delete,
    *,
    restores: bool,
) -> bool:
    if isinstance(inner, documents.Block):
        person = actor_by_iri(tx, inner.object)
        return person is not None and unban_person(tx, change, person, restores=restores)
    if isinstance(inner, documents.Lock):
        post = post_by_iri(tx, inner.object)
        return post is not None and open_post(tx, change, post)
    drop_tombstone(tx, inner.object, change.group.iri, "deleted")
    hidden = hidden_post(tx, inner.object)
    if hidden is None or hidden.post.community_id != change.group.id:
        return False
    return show_post(tx, change, hidden)
