"""What communities pass on about posts: believed as far as their origin or a proof goes."""

from dataclasses import replace

from federation import documents
from federation.origin import is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import has_tombstone
from node.base.errors import Missing, NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri, actors_by_ids, known_actor
from node.topics.actors.suspended import suspended_by_iri
from node.topics.communities.announce import PassingOn
from node.topics.conversations.missing import complete_answered
from node.topics.members.actions import is_behind_door
from node.topics.members.store import follows_any
from node.topics.moderation.held import vouch_for
from node.topics.permissions.rules import OPEN
from node.topics.posts.community_posts import put_in_community
from node.topics.posts.recipients import put_recipients, recipients_of
from node.topics.posts.remote_post import reach_of, readers_named
from node.topics.posts.removals import BEFORE_IT_CAME, take_out_posts
from node.topics.posts.rules import may_boost
from node.topics.posts.store import Post, is_deleted, post_by_id, post_by_iri
from node.topics.publishing.activities import (
    forget_actor,
    receive_delete,
    receive_update,
    refetch,
)
from node.topics.publishing.fanout import fan_out, hide_if_removed
from node.topics.publishing.may_stand import NOT_THERE
from node.topics.publishing.receive import (
    recipients_in,
    store_fetched_post,
    wait_for_parents,
)
from node.topics.reactions.boosts import add_boost

NOT_PROVEN = "What is said behind a door counts only where its author has proven to have said it."


def receive_announced(
    tx: Tx, group: Actor, inner: documents.Activity, context: ApplyContext
) -> Post | None:
    """Apply what a community passed on; the post that it is about, if it is a new one.

    What its author has proven (FEP-8b32), or what is of the community's own origin, counts as sent
    by them, without asking. Anything else is asked for at its own address (FEP-1b12, FEP-fe34), but
    for what is said behind the door of a community: whoever is asked would learn that somebody here
    belongs to it (T88).

    Raises:
        Missing: something must be fetched first.
        NotAllowed: it is not for whom the community lets read, or nothing tells who said it.
    """
    if isinstance(inner, documents.Create):
        is_believed = inner in context.proven or is_of_home(inner, group)
        if is_believed and isinstance(inner.object, documents.Post):
            keep_believed_post(tx, group, inner, inner.object, context)
        elif is_behind_door(group) and documents.PUBLIC not in (*inner.to, *inner.cc):
            raise NotAllowed(NOT_PROVEN)
        return announced_post(tx, group, inner.object, context)
    if is_of_home(inner, group) and receive_change(tx, inner, context):
        return None
    if inner in context.proven and receive_proven_change(tx, inner, context):
        return None
    if isinstance(inner, documents.Update):
        target = inner.object if isinstance(inner.object, str) else inner.object.iri
        refetch(tx, target, context)
    elif isinstance(inner, documents.Delete):
        take_out_of(tx, group, inner.object)
        refetch(tx, inner.object, context)
    return None


def is_of_home(inner: documents.Activity, group: Actor) -> bool:
    """Whether what a community passes on, and who did it, are of its own origin."""
    return is_same_origin(inner.iri, group.iri) and is_same_origin(inner.actor, group.iri)


def receive_change(tx: Tx, inner: documents.Activity, context: ApplyContext) -> bool:
    """Apply an edit or a Delete as if its author had sent it; False if it is neither.

    PieFed serves what was deleted as if it were there: asking would tell nothing.
    """
    if isinstance(inner, documents.Update):
        receive_update(tx, inner, context)
        return True
    if isinstance(inner, documents.Delete):
        receive_delete(tx, inner, context)
        return True
    return False


def take_out_of(tx: Tx, group: Actor, iri: str) -> None:
    """Show what a community elsewhere calls deleted no longer in that community.

    It decides what it shows, and so much can be believed of it. Whether the words are gone its own
    address says; GoToSocial and others answer 404 there, which tells nothing (T146).
    """
    post = post_by_iri(tx, iri)
    if post is not None and not post.local and post.community_id == group.id:
        take_out_posts(tx, [post.id], BEFORE_IT_CAME)


def keep_believed_post(
    tx: Tx,
    group: Actor,
    create: documents.Create,
    document: documents.Post,
    context: ApplyContext,
    *,
    in_its_place: bool = False,
) -> None:
    """Store a post that its author has proven, or of the community's own origin, if everybody or
    the community's members may read it and it is new here. One that is here is told to whom this
    copy names.

    A proof does not grow old, so whoever kept one may bring it again: what its author deleted or
    undid stays away. What is said behind a door is asked for nowhere but where the community lives:
    to whom else we asked we would say that somebody here belongs to it (T88).

    Raises:
        Missing: what it answers is not here.
        NotAllowed: it was deleted, or is not for whom the community lets read.
    """
    author = known_actor(tx, create.actor)
    reach = reach_of(document, author, group)
    is_over = has_tombstone(tx, document.iri, author.iri, "deleted") or has_tombstone(
        tx, create.iri, author.iri, "undone"
    )
    if reach not in (*OPEN, "members") or is_over:
        return
    known = post_by_iri(tx, document.iri)
    if known is None:
        if is_behind_door(group) and reach in OPEN:
            raise NotAllowed(NOT_THERE)
        if reach in OPEN or is_same_origin(document.in_reply_to or "", group.iri):
            wait_for_parents(tx, document, context)
        store_fetched_post(tx, document, context.now, in_its_place=in_its_place, vouching=group)
    elif known.author_id == author.id and not known.local:
        readers = readers_named(tx, document, author)
        put_recipients(tx, known.id, recipients_in(readers))


def receive_said_before(
    tx: Tx, group: Actor, inner: documents.Activity, context: ApplyContext
) -> None:
    """Keep what a community elsewhere passed on behind its door before somebody of ours came in:
    each post where its day puts it, in nobody's home, and told to nobody.

    Raises:
        Missing: who wrote it, or what it answers, is not here.
        NotAllowed: it was deleted, or is not for whom the community lets read.
    """
    if isinstance(inner, documents.Create) and isinstance(inner.object, documents.Post):
        if inner in context.proven or is_of_home(inner, group):
            keep_believed_post(tx, group, inner, inner.object, context, in_its_place=True)
    elif inner in context.proven and holds_object(tx, inner):
        receive_proven_change(tx, inner, context)


def receive_proven_change(tx: Tx, inner: documents.Activity, context: ApplyContext) -> bool:
    """Apply an edit or a Delete that its author has proven; False if it is neither.

    An edit without a date might be an old one that somebody brings again: it is left to be read
    at its own address.
    """
    is_dated = (
        isinstance(inner, documents.Update)
        and isinstance(inner.object, documents.Post)
        and inner.object.updated is not None
    )
    if isinstance(inner, documents.Update) and is_dated:
        receive_update(tx, inner, context)
        return True
    if isinstance(inner, documents.Delete) and inner.object != inner.actor:
        receive_delete(tx, inner, context)
        return True
    return False


def announced_post(
    tx: Tx,
    group: Actor,
    target: documents.Post | documents.Tombstone | str,
    context: ApplyContext,
) -> Post | None:
    iri = target if isinstance(target, str) else target.iri
    post = post_by_iri(tx, iri)
    if post is None and not is_deleted(tx, iri):
        if not context.is_settled(iri):
            raise Missing([iri])
        return None
    if post is None:
        return None
    if post.visibility == "members" and post.community_id == group.id:
        vouch_for(tx, group, post.iri)
        if not hide_if_removed(tx, post, group, context.now):
            tell(tx, post, context.now)
    if post.visibility in OPEN:
        vouch_for(tx, group, post.iri)
        complete_answered(tx, replace(post, community_id=group.id), context.now)
        if is_for(tx, post, group):
            put_in_community(tx, post, group.id)
            if not hide_if_removed(tx, post, group, context.now):
                tell(tx, post, context.now)
    return post_by_id(tx, post.id)


def tell(tx: Tx, post: Post, now: int) -> None:
    """Show a post that a community passes on, and tell whom of ours it names or answers.

    Its author's node need not send it to them: PieFed and Lemmy leave that to the community.
    """
    author = actor_by_id(tx, post.author_id)
    if author is not None and not author.local:
        people = actors_by_ids(tx, [actor_id for actor_id, _ in recipients_of(tx, post.id)])
        fan_out(tx, author, post, [one.id for one in people.values() if one.local], now)


def is_for(tx: Tx, post: Post, group: Actor) -> bool:
    """Whether a post is meant for a community: it names it, or answers something in it.

    A community that only shows a post has no say over it (T24).
    """
    if any(actor_id == group.id for actor_id, _ in recipients_of(tx, post.id)):
        return True
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    return parent is not None and parent.community_id == group.id


def receive_passed_on_post(
    tx: Tx,
    inner: documents.Create | documents.Update | documents.Delete,
    passing: PassingOn,
) -> None:
    """Apply what a community passed on of a post; one that starts a conversation is its boost."""
    group, context = passing.group, passing.context
    if receive_passed_on_person(tx, inner, context):
        return
    if isinstance(inner, documents.Create):
        concerns_us = is_wanted(tx, inner, group)
    else:
        concerns_us = holds_object(tx, inner)
    if not concerns_us:
        return
    post = receive_announced(tx, group, inner, context)
    is_start = post is not None and post.parent_iri is None
    if post is not None and is_start and may_boost(post.visibility, is_author=False):
        add_boost(tx, group.id, post, passing.iri, context.now)


def is_wanted(tx: Tx, create: documents.Create, group: Actor) -> bool:
    """Whether what a community passes on concerns anybody here: its followers, or whom it answers.

    Whoever wrote in a community need not follow it.
    """
    if follows_any(tx, group.id):
        return True
    document = create.object
    if not isinstance(document, documents.Post) or not document.in_reply_to:
        return False
    answered = post_by_iri(tx, document.in_reply_to)
    return answered is not None and answered.local


def receive_passed_on_person(
    tx: Tx, inner: documents.Create | documents.Update | documents.Delete, context: ApplyContext
) -> bool:
    """Read somebody again who, as a community says, changed or is gone; False if it is no person.

    Their own address alone is believed. Who is gone there, and has proven to have said so, is
    deleted at once.

    Raises:
        Missing: they must be read first.
    """
    target = inner.object if isinstance(inner.object, str) else inner.object.iri
    person = actor_by_iri(tx, target) or suspended_by_iri(tx, target)
    if isinstance(inner, documents.Create) or target != inner.actor or person is None:
        return False
    if person.local:
        return True
    if target not in context.fetched:
        raise Missing([target])
    if context.fetched[target] == "gone" and inner in context.proven:
        forget_actor(tx, target, context.now)
    return True


def holds_object(tx: Tx, inner: documents.Activity) -> bool:
    target = getattr(inner, "object", None)
    iri = target if isinstance(target, str) else getattr(target, "iri", None)
    return iri is not None and post_by_iri(tx, iri) is not None
