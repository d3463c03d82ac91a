"""What peers send about posts: a new one, an edit, the end of one."""

from collections.abc import Mapping
from dataclasses import replace

from federation import documents
from federation.addressing import visibility_of
from federation.limits import LEVELS_MAX
from federation.origin import is_same_origin
from node.actors.activities import delete_actor, receive_update_actor
from node.actors.store import Actor, actor_by_id, actor_by_iri, known_actor
from node.applying import Applying
from node.communities.store import community_by_actor
from node.db.tx import Tx
from node.errors import Missing, NotAllowed
from node.inbox.marks import add_mark, is_marked
from node.members.store import follows_any
from node.posts.actions import check_may_post_in, check_open, remove_post, show_here
from node.posts.announce import announce_activity, announce_post
from node.posts.conversations import complete_answered
from node.posts.moderated import (
    BEFORE_IT_CAME,
    hidden_post,
    hide_posts,
    lock_post,
    unlock_post,
)
from node.posts.quote_requests import receive_revocation, wait_for_quote
from node.posts.received import readers_named, received_post
from node.posts.store import (
    Post,
    add_post,
    is_deleted,
    post_by_id,
    post_by_iri,
    posts_by_ids,
    put_in_community,
    readers_of,
    replace_readers,
    update_post,
)

DELETED_POSTS_MAX = 200


def receive_create(tx: Tx, create: documents.Create, applying: Applying) -> None:
    """Store a peer's post, if it concerns anybody here, and show it to them.

    A repeated delivery changes and announces nothing. Where only the object's iri may be
    believed, the object is fetched from its own origin first.

    Raises:
        Missing: the author, the post or what it answers is not stored here yet.
        NotAllowed: the author may not post in that community.

    Source: ActivityPub section 7.2; FEP-1b12.
    """
    if is_marked(tx, create.iri, create.actor, "undone"):
        return
    author = known_actor(tx, create.actor)
    if isinstance(create.object, documents.Post):
        take_post(tx, create.object, author, applying)
    elif isinstance(create.object, str):
        fetched_post(tx, create.object, author, applying)


def take_post(tx: Tx, document: documents.Post, author: Actor, applying: Applying) -> Post | None:
    """Store and show a post that its author sent; None where it is not kept."""
    if author.local or document.author != author.iri:
        raise NotAllowed("A post is published by its author alone.")
    known = post_by_iri(tx, document.iri)
    if known is not None:
        show_again(tx, document, known, author, applying)
        return known
    if is_deleted(tx, document.iri) or is_marked(tx, document.iri, author.iri, "deleted"):
        return None
    if is_vote(document) or not concerns_us(tx, document, author):
        return None
    wait_for_parents(tx, document, applying)
    wait_for_quote(tx, document, applying)
    post = received_post(tx, document, author, applying.now)
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    check_may_stand(tx, post, group, author, applying.now)
    keep(tx, document, post, author, applying)
    if group is not None and hide_if_removed(tx, post, group, applying.now):
        return None
    complete_answered(tx, post, applying.now)
    if group is not None and group.local and community_by_actor(tx, group.id):
        announce_post(tx, group, author, post, applying.verbatim, applying.now)
    return post


def check_may_stand(tx: Tx, post: Post, group: Actor | None, author: Actor, now: int) -> None:
    """Raise NotAllowed for a post that its community would not have, or that comes too late."""
    if group is not None:
        check_may_post_in(tx, group, author, now)
    check_open(tx, post_by_id(tx, post.parent_id) if post.parent_id else None)


def hide_if_removed(tx: Tx, post: Post, group: Actor, now: int) -> bool:
    """Hide a post that its community removed before it came here (T120); whether it had."""
    was_removed = is_marked(tx, post.iri, group.iri, "deleted") and not post.local
    if was_removed:
        hide_posts(tx, [post.id], BEFORE_IT_CAME, now)
    return was_removed


def keep(tx: Tx, document: documents.Post, post: Post, author: Actor, applying: Applying) -> None:
    readers = readers_named(tx, document)
    add_post(tx, post, [(actor_id, named) for actor_id, (_, named) in readers.items()])
    show_here(tx, author, post, told_of(readers, post), applying.now)


def show_again(
    tx: Tx, document: documents.Post, post: Post, author: Actor, applying: Applying
) -> None:
    """Show a post that was fetched before it was sent; what is shown already stays once."""
    if post.author_id == author.id:
        show_here(tx, author, post, told_of(readers_named(tx, document), post), applying.now)


def told_of(readers: Mapping[int, tuple[Actor, bool]], post: Post) -> list[int]:
    """Who of ours is told of a post: those it names, and everybody a message is addressed to."""
    return [
        actor_id
        for actor_id, (actor, named) in readers.items()
        if actor.local and (named or post.visibility == "direct")
    ]


def is_vote(document: documents.Post) -> bool:
    """Whether this is a vote in a poll: a name and no words, in answer to the question."""
    return bool(document.title and document.in_reply_to and not document.content)


def concerns_us(tx: Tx, document: documents.Post, author: Actor) -> bool:
    """Whether somebody here follows the author, is named, was answered, or hosts the community."""
    if follows_any(tx, author.id):
        return True
    if any(actor.local for actor, _ in readers_named(tx, document).values()):
        return True
    return bool(document.in_reply_to and post_by_iri(tx, document.in_reply_to))


def wait_for_parents(tx: Tx, document: documents.Post, applying: Applying) -> None:
    """Raise Missing for the next of what a post hangs below, at most three levels up (T45).

    What is here, is gone, or was asked for in vain ends the climbing.
    """
    iri = document.in_reply_to
    for _ in range(LEVELS_MAX):
        if iri is None or is_deleted(tx, iri):
            return
        above = post_by_iri(tx, iri)
        if above is None and iri in applying.fetched:
            return
        if above is None:
            raise Missing([iri])
        iri = above.parent_iri


def fetched_post(tx: Tx, iri: str, author: Actor, applying: Applying) -> Post | None:
    """The post at `iri` by `author`, fetched from its own origin if need be; shown where new."""
    if iri not in applying.fetched:
        if post_by_iri(tx, iri) is not None or is_deleted(tx, iri):
            return post_by_iri(tx, iri)
        raise Missing([iri])
    post = post_by_iri(tx, iri)
    if post is None or post.author_id != author.id or post.local:
        return None
    show_here(tx, author, post, [], applying.now)
    return post


def store_fetched_post(
    tx: Tx, document: documents.Post, now: int, *, in_its_place: bool = False
) -> int:
    """Store a post that was fetched from its own address, or what an edit made of it; its id.

    Nobody is told of it and it is placed in no home: that is for what was sent. What was written
    long before is put `in_its_place` in the timelines.

    Raises:
        Missing: the author is not stored here yet.
        NotAllowed: it was deleted, is ours, or is now said to be by somebody else.
    """
    author = known_actor(tx, document.author)
    known = post_by_iri(tx, document.iri)
    if author.local or is_deleted(tx, document.iri) or (known and known.author_id != author.id):
        raise NotAllowed("That post cannot be changed from outside.")
    if known is not None:
        change_post(tx, document, known, author, now)
        return known.id
    post = received_post(tx, document, author, now, in_its_place=in_its_place)
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    if group is not None and group.local:
        check_may_stand(tx, post, group, author, now)
    readers = readers_named(tx, document)
    add_post(tx, post, [(actor_id, named) for actor_id, (_, named) in readers.items()])
    return post.id


def receive_update(tx: Tx, update: documents.Update, applying: Applying) -> None:
    """Replace a profile or a post with what its owner says it is now (T18).

    An edit that comes before its post is the post. An edit older than the one held is dropped.

    Raises:
        Missing: the object must be fetched from its own origin, or its author is not stored here.
        NotAllowed: somebody else's.
    """
    if isinstance(update.object, documents.Actor):
        receive_update_actor(tx, update, applying)
        return
    author = known_actor(tx, update.actor)
    if not isinstance(update.object, documents.Post):
        iri = update.object if isinstance(update.object, str) else update.object.iri
        refetch(tx, iri, applying)
        return
    known = post_by_iri(tx, update.object.iri)
    if known is None:
        take_post(tx, update.object, author, applying)
        return
    if known.author_id != author.id or known.local:
        raise NotAllowed("A post is changed by its author alone.")
    group = actor_by_id(tx, known.community_id) if known.community_id else None
    if group is not None and group.local:
        check_may_post_in(tx, group, author, applying.now)
    wait_for_quote(tx, update.object, applying)
    if change_post(tx, update.object, known, author, applying.now):
        pass_on(tx, known, author, applying)


def change_post(tx: Tx, document: documents.Post, known: Post, author: Actor, now: int) -> bool:
    """Put an edit in place of the words held; False if it is older than they are."""
    edited_at = document.updated or now
    if known.edited_at is not None and edited_at < known.edited_at:
        return False
    changed = received_post(tx, document, author, now)
    is_same = changed.content == known.content and changed.title == known.title
    when = known.edited_at if is_same else edited_at
    update_post(tx, replace(changed, id=known.id, edited_at=when))
    hear_of_lock(tx, document, known, now)
    readers = readers_named(tx, document)
    replace_readers(tx, known.id, [(one, named) for one, (_, named) in readers.items()])
    return True


def hear_of_lock(tx: Tx, document: documents.Post, known: Post, now: int) -> None:
    """Close a conversation as its post says; open it only where its community has the same home.

    Older Lemmy, PieFed and PeerTube say with `commentsEnabled` what a Lock says.
    """
    if document.comments_enabled is False:
        lock_post(tx, known.id, now)
    elif document.comments_enabled and known.community_id is not None:
        group = actor_by_id(tx, known.community_id)
        if group is not None and not group.local and is_same_origin(group.iri, known.iri):
            unlock_post(tx, known.id)


def refetch(tx: Tx, iri: str, applying: Applying) -> None:
    """Have what we hold at `iri` read again from its own origin; gone there is gone here."""
    known = post_by_iri(tx, iri)
    if known is None or known.local:
        return
    if iri not in applying.fetched:
        raise Missing([iri])
    if applying.fetched[iri] == "gone":
        remove_post(tx, known, applying.now)


def receive_delete(tx: Tx, delete: documents.Delete, applying: Applying) -> None:
    """Delete a post, or an actor with everything of theirs, because its owner says so (T19).

    Somebody else's Delete counts only if the object's own address says that it is gone. What is
    not here yet is remembered, so that it does not come to stay (T120).

    Raises:
        Missing: the object's own address must be asked.
    """
    if delete.object == delete.actor:
        forget_actor(tx, delete.actor, applying.now)
        return
    author = actor_by_iri(tx, delete.actor)
    known = post_by_iri(tx, delete.object)
    if author is None:
        return
    if known is None:
        hidden = hidden_post(tx, delete.object)
        if hidden is not None and hidden.post.author_id == author.id and not hidden.post.local:
            remove_post(tx, hidden.post, applying.now)
        if not receive_revocation(tx, delete.object, author, applying.now):
            add_mark(tx, delete.object, delete.actor, "deleted", applying.now)
    elif known.author_id == author.id and not known.local:
        remove_post(tx, known, applying.now)
        pass_on(tx, known, author, applying)
    else:
        refetch(tx, delete.object, applying)


def forget_actor(tx: Tx, iri: str, now: int) -> None:
    """Delete a remote actor. Their posts are shown to nobody from then on, and go part by part."""
    actor = actor_by_iri(tx, iri)
    if actor is None or actor.local:
        return
    delete_actor(tx, actor, now)
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
        remove_post(tx, post, now)
    return len(rows)


def pass_on(tx: Tx, post: Post, author: Actor, applying: Applying) -> None:
    """Have the community of ours that a post belongs to announce what became of it."""
    group = actor_by_id(tx, post.community_id) if post.community_id else None
    if group is not None and group.local and applying.verbatim:
        announce_activity(tx, group, author, applying.verbatim, post.iri, applying.now)


def receive_announced(
    tx: Tx, group: Actor, inner: documents.Activity, applying: Applying
) -> Post | None:
    """Apply what a community passed on; the post that it is about, if it is a new one.

    What its author has proven counts as sent by them, without asking (FEP-8b32). Anything else is
    believed only as far as its own origin is the community's, else it is asked for at its own
    address (FEP-1b12, FEP-fe34).

    Raises:
        Missing: something must be fetched first.
    """
    if isinstance(inner, documents.Create):
        if inner in applying.proven and isinstance(inner.object, documents.Post):
            keep_proven_post(tx, inner, inner.object, applying)
        return announced_post(tx, group, inner.object, applying)
    if inner in applying.proven and receive_proven_change(tx, inner, applying):
        return None
    if isinstance(inner, documents.Update):
        target = inner.object if isinstance(inner.object, str) else inner.object.iri
        refetch(tx, target, applying)
    elif isinstance(inner, documents.Delete):
        refetch(tx, inner.object, applying)
    return None


def keep_proven_post(
    tx: Tx, create: documents.Create, document: documents.Post, applying: Applying
) -> None:
    """Store a post that its author has proven, if everybody may read it and it is new here.

    A proof does not grow old, so whoever kept one may bring it again: what its author deleted or
    undid stays away.

    Raises:
        Missing: what it answers is not here.
        NotAllowed: it was deleted.
    """
    author = known_actor(tx, create.actor)
    is_open = visibility_of(document.to, document.cc, author.followers) in ("public", "unlisted")
    is_over = is_marked(tx, document.iri, author.iri, "deleted") or is_marked(
        tx, create.iri, author.iri, "undone"
    )
    if is_open and not is_over and post_by_iri(tx, document.iri) is None:
        wait_for_parents(tx, document, applying)
        store_fetched_post(tx, document, applying.now)


def receive_proven_change(tx: Tx, inner: documents.Activity, applying: Applying) -> bool:
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
        receive_update(tx, inner, applying)
        return True
    if isinstance(inner, documents.Delete) and inner.object != inner.actor:
        receive_delete(tx, inner, applying)
        return True
    return False


def announced_post(
    tx: Tx,
    group: Actor,
    target: documents.Post | documents.Tombstone | str,
    applying: Applying,
) -> Post | None:
    iri = target if isinstance(target, str) else target.iri
    post = post_by_iri(tx, iri)
    if post is None and not is_deleted(tx, iri):
        if iri not in applying.fetched:
            raise Missing([iri])
        return None
    if post is None:
        return None
    if post.visibility in ("public", "unlisted"):
        complete_answered(tx, replace(post, community_id=group.id), applying.now)
        if is_for(tx, post, group):
            put_in_community(tx, post, group.id)
            hide_if_removed(tx, post, group, applying.now)
    return post_by_id(tx, post.id)


def is_for(tx: Tx, post: Post, group: Actor) -> bool:
    """Whether a post is meant for a community: it names it, or answers something in it.

    A community that only shows a post has no say over it (T24).
    """
    if any(actor_id == group.id for actor_id, _ in readers_of(tx, post.id)):
        return True
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    return parent is not None and parent.community_id == group.id
