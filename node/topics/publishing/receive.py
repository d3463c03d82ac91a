"""Taking in a post that came: whether it is kept, what it waits for, and who is shown it."""

from collections.abc import Mapping
from dataclasses import replace

from federation import documents
from federation.limits import LEVELS_MAX
from federation.origin import is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import has_tombstone
from node.base.errors import Missing, NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, known_actor
from node.topics.communities.store import community_by_actor
from node.topics.conversations.missing import complete_answered
from node.topics.members.store import follows_any
from node.topics.moderation.held import hold_again, hold_if_due, is_kept_from_others, is_too_much
from node.topics.moderation.node_bans import check_may_speak_here
from node.topics.moderation.origin_bans import check_not_shut_out
from node.topics.moderation.waiting import hold_if_due as waits_for_look
from node.topics.permissions.clinics import PERSON, check_may_write_to
from node.topics.permissions.kept_out import logged_if_kept_out
from node.topics.permissions.rules import OPEN
from node.topics.polls.rules import is_vote
from node.topics.posts.community_posts import put_in_community
from node.topics.posts.conversation_locks import lock_post, unlock_post
from node.topics.posts.recipients import put_recipients, replace_recipients
from node.topics.posts.remote_post import group_named, readers_named, received_post
from node.topics.posts.store import Post, add_post, is_deleted, post_by_id, post_by_iri, update_post
from node.topics.posts.withdrawals import restored_id
from node.topics.publishing.fanout import fan_out, hide_if_removed
from node.topics.publishing.gone_posts import bring_back
from node.topics.publishing.may_stand import (
    check_fits,
    check_is_vouched_for,
    check_may_answer,
    check_may_stand,
)
from node.topics.publishing.narrow import narrow
from node.topics.publishing.send_create import announce_post
from node.topics.quotes.activities import wait_for_quote


def receive_post(
    tx: Tx, document: documents.Post, author: Actor, context: ApplyContext
) -> Post | None:
    """Store and show a post that its author sent; None where it is not kept."""
    if author.local or document.author != author.iri:
        raise NotAllowed("A post is published by its author alone.")
    bring_back(tx, document.iri, author, context.now)
    known = post_by_iri(tx, document.iri)
    if known is not None:
        return show_again(tx, document, known, author, context)
    if is_deleted(tx, document.iri) or has_tombstone(tx, document.iri, author.iri, "deleted"):
        return None
    if is_vote(document) or is_too_much(tx, author):
        return None
    if not concerns_us(tx, document, author, context):
        return None
    check_not_shut_out(tx, author, context.now, is_sent=True)
    check_may_speak_here(tx, author, context.now)
    wait_for_parents(tx, document, context)
    wait_for_quote(tx, document, context)
    post = received_post(tx, document, author, context.now)
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    check_may_answer(tx, post, author)
    check_was_asked(tx, document, post, author, context)
    check_may_stand(tx, post, group, author, context.now)
    if not keep(tx, document, post, author, group, context):
        return None
    judge = group or group_named(tx, document)
    if judge is not None and hide_if_removed(tx, post, judge, context.now):
        return None
    pass_on_new(tx, post, author, context)
    return post


def pass_on_new(tx: Tx, post: Post, author: Actor, context: ApplyContext) -> None:
    """Have the community of ours that a new post belongs to pass it on, and what it hangs below
    fetched; nothing while it is held for a look.
    """
    if is_kept_from_others(tx, post, author):
        return
    complete_answered(tx, post, context.now)
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    is_ours = group is not None and group.local and community_by_actor(tx, group.id)
    if group is not None and is_ours and context.verbatim:
        announce_post(tx, group, author, post, context.verbatim, context.now)


def check_was_asked(
    tx: Tx, document: documents.Post, post: Post, author: Actor, context: ApplyContext
) -> None:
    """Raise NotAllowed for a message of an organisation to people of ours who did not ask it."""
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    if post.visibility == "direct":
        readers = readers_named(tx, document, author, context.inboxes)
        people = [one for one in told_of(readers) if readers[one][0].kind == PERSON]
        asked_by = parent.author_id if parent else None
        with logged_if_kept_out("write_first", author.kind, author.host):
            check_may_write_to(author.kind, people, asked_by, is_direct=True)


def keep(
    tx: Tx,
    document: documents.Post,
    post: Post,
    author: Actor,
    group: Actor | None,
    context: ApplyContext,
) -> bool:
    """Store a new post and show it to those here whom it is for; False if it waits for a look."""
    readers = readers_named(tx, document, author, context.inboxes)
    add_post(tx, post, recipients_in(readers))
    if group is not None and waits_for_look(tx, post, author, group, context.verbatim, context.now):
        return False
    hold_if_due(tx, post, author, context.verbatim, context.now)
    fan_out(tx, author, post, told_of(readers), context.now)
    return True


def show_again(
    tx: Tx, document: documents.Post, post: Post, author: Actor, context: ApplyContext
) -> Post:
    """Show a post that was fetched before it was sent; what is shown already stays once.

    What it says of whom it is for, and in which community it stands, is added to what the fetched
    copy said; a community of ours passes it on now.

    Raises:
        NotAllowed: the author may not post in that community.
    """
    if post.author_id != author.id or post.local:
        return post
    readers = readers_named(tx, document, author, context.inboxes)
    put_recipients(tx, post.id, recipients_in(readers))
    community_id = received_post(tx, document, author, context.now).community_id
    if community_id is not None and post.visibility in OPEN:
        put_in_community(tx, post, community_id)
        post = replace(post, community_id=post.community_id or community_id)
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    if group is not None and group.local:
        check_may_stand(tx, post, group, author, context.now)
        if waits_for_look(tx, post, author, group, context.verbatim, context.now):
            return post
    hold_if_due(tx, post, author, context.verbatim, context.now)
    fan_out(tx, author, post, told_of(readers), context.now)
    pass_on_new(tx, post, author, context)
    return post


def recipients_in(readers: Mapping[int, tuple[Actor, bool]]) -> list[tuple[int, bool]]:
    return [(actor_id, named) for actor_id, (_, named) in readers.items()]


def told_of(readers: Mapping[int, tuple[Actor, bool]]) -> list[int]:
    """Who of ours is told of a post: everybody it is addressed to, named in its words or not."""
    return [actor_id for actor_id, (actor, _) in readers.items() if actor.local]


def concerns_us(tx: Tx, document: documents.Post, author: Actor, context: ApplyContext) -> bool:
    """Whether somebody here follows the author, is named, was answered, or hosts the community."""
    if follows_any(tx, author.id):
        return True
    readers = readers_named(tx, document, author, context.inboxes)
    if any(actor.local for actor, _ in readers.values()):
        return True
    return bool(document.in_reply_to and post_by_iri(tx, document.in_reply_to))


def wait_for_parents(tx: Tx, document: documents.Post, context: ApplyContext) -> None:
    """Raise Missing for the next of what a post hangs below, at most three levels up (T45).

    What is here, is gone, or was asked for in vain ends the climbing.
    """
    iri = document.in_reply_to
    for _ in range(LEVELS_MAX):
        if iri is None or is_deleted(tx, iri):
            return
        above = post_by_iri(tx, iri)
        if above is None and iri in context.fetched:
            return
        if above is None:
            raise Missing([iri])
        iri = above.parent_iri


def fetched_post(tx: Tx, iri: str, author: Actor, context: ApplyContext) -> Post | None:
    """The post at `iri` by `author`, fetched from its own origin if need be; shown where new."""
    if not context.is_settled(iri):
        if post_by_iri(tx, iri) is not None or is_deleted(tx, iri):
            return post_by_iri(tx, iri)
        raise Missing([iri])
    post = post_by_iri(tx, iri)
    if post is None or post.author_id != author.id or post.local:
        return None
    hold_if_due(tx, post, author, context.verbatim, context.now)
    fan_out(tx, author, post, [], context.now)
    return post


def store_fetched_post(
    tx: Tx,
    document: documents.Post,
    now: int,
    *,
    in_its_place: bool = False,
    vouching: Actor | None = None,
) -> int:
    """Store a post that was fetched from its own address, or what an edit made of it; its id.

    Nobody is told of it and it is placed in no home: that is for what was sent, and for what was
    here and comes back. A stranger's waits for a look as what is sent does (T148); a silenced
    host's is kept back without one. What was written long before is put `in_its_place` in the
    timelines. `vouching` is the community that passed it on.

    Raises:
        Missing: the author is not stored here yet.
        NotAllowed: it was deleted, is ours, or is now said to be by somebody else; their home has
            shut them out and removed what they wrote; too much of their host is held; or it is not
            for whom its community lets read.
    """
    author = known_actor(tx, document.author)
    bring_back(tx, document.iri, author, now)
    known = post_by_iri(tx, document.iri)
    if author.local or is_deleted(tx, document.iri) or (known and known.author_id != author.id):
        raise NotAllowed("That post cannot be changed from outside.")
    if known is not None:
        change_post(tx, document, known, author, now, is_fetched=True)
        return known.id
    check_not_shut_out(tx, author, now, is_sent=False)
    is_silenced = author.silenced_at is not None
    if not is_silenced and is_too_much(tx, author):
        raise NotAllowed("Too much of that host waits for a look already.")
    is_back = restored_id(tx, document.iri) is not None
    post = received_post(tx, document, author, now, in_its_place=in_its_place)
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    check_may_answer(tx, post, author)
    if group is not None and group.local:
        check_may_stand(tx, post, group, author, now)
    elif group is not None:
        check_fits(tx, post, group)
        check_is_vouched_for(post, group, vouching)
    add_post(tx, post, recipients_in(readers_named(tx, document, author)))
    if not is_silenced:
        hold_if_due(tx, post, author, {}, now)
    if is_back:
        fan_out(tx, author, post, [], now)
    return post.id


def change_post(
    tx: Tx,
    document: documents.Post,
    known: Post,
    author: Actor,
    now: int,
    *,
    is_fetched: bool = False,
) -> bool:
    """Put an edit in place of the words held; False if it is older than they are.

    Whom it is for no longer is shown it no longer; nobody more is shown it than before (T148). A
    copy that `is_fetched` takes nobody away of those the sent one named: PieFed serves answers
    without their mentions.
    """
    edited_at = document.updated or now
    if known.edited_at is not None and edited_at < known.edited_at:
        return False
    changed = received_post(tx, document, author, now)
    if is_fetched and edited_at <= (known.edited_at or known.published_at):
        changed = with_what_was_sent(changed, known)
    is_same = changed.content == known.content and changed.title == known.title
    if shown_in(changed) != shown_in(known):
        hold_again(tx, known, author, now)
    when = known.edited_at if is_same else edited_at
    update_post(tx, replace(changed, id=known.id, edited_at=when))
    hear_of_lock(tx, document, known, now, is_fetched=is_fetched)
    readers = recipients_in(readers_named(tx, document, author))
    if is_fetched:
        put_recipients(tx, known.id, readers)
    else:
        replace_recipients(tx, known.id, readers)
    if document.to or document.cc:
        narrow(tx, known, author, changed.visibility, now)
    return True


def with_what_was_sent(fetched: Post, known: Post) -> Post:
    """A fetched copy that is no newer than the one held, with what it leaves out of that."""
    return replace(
        fetched,
        tags=fetched.tags or known.tags,
        attachments=fetched.attachments or known.attachments,
        language=fetched.language or known.language,
    )


def shown_in(post: Post) -> tuple[object, ...]:
    """All that a reader is shown of a post, but how people voted."""
    asked = tuple(choice.name for choice in post.poll.choices) if post.poll else ()
    return post.title, post.content, post.content_note, post.attachments, post.quote_iri, asked


def hear_of_lock(
    tx: Tx, document: documents.Post, known: Post, now: int, *, is_fetched: bool
) -> None:
    """Close a conversation as its post says, or open it where its community has the same home.

    Older Lemmy, PieFed and PeerTube say with `commentsEnabled` what a Lock says. An author may
    close what they began. A copy that `is_fetched` closes nothing in a community with another
    home: it may be from before that opened it again.
    """
    group = actor_by_id(tx, known.community_id) if known.community_id is not None else None
    is_at_home = group is None or (not group.local and is_same_origin(group.iri, known.iri))
    if document.comments_enabled is False and (is_at_home or not is_fetched):
        lock_post(tx, known.id, now)
    elif document.comments_enabled and is_at_home and group is not None:
        unlock_post(tx, known.id)
