"""What our members do with posts: publish, edit, delete."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from federation import documents
from node.actors.actions import new_activity_iri
from node.actors.store import Actor, actor_by_id, actors_by_ids
from node.communities.rules import check_may_post
from node.communities.store import community_by_actor, membership
from node.db.tx import Tx
from node.errors import Invalid, NotAllowed, NotFound
from node.ids import new_id, new_name
from node.members.feed import place_in_home, place_in_homes, remove_post_from_homes
from node.notifications.store import notify, strangers_heard, withdraw_of_post
from node.outbox.append import append_activity
from node.outbox.audience import copy_holders, follower_inboxes, inboxes_of
from node.posts.announce import announce_activity, announce_post
from node.posts.boosts import drop_boosts_of
from node.posts.documents import origin_of_actor, post_value
from node.posts.held import is_followed_by, is_kept_from_others, state_of
from node.posts.moderated import is_closed
from node.posts.policies import check_is_let
from node.posts.quote_requests import end_quotes_of
from node.posts.rules import (
    STRANGERS_A_DAY_MAX,
    check_choices,
    check_draft,
    check_lives_here,
    narrower,
)
from node.posts.store import (
    DAY_S,
    Choice,
    Poll,
    Post,
    add_post,
    mark_post_deleted,
    post_by_id,
    post_made_with,
    readers_of,
    remember_key,
    replace_readers,
    update_post,
)
from node.posts.views import post_view
from node.posts.votes import drop_votes, put_due
from node.posts.words import Words, understand


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDraft:
    """What a member puts to the vote, for how many seconds from now."""

    choices: tuple[str, ...]
    lasts_s: int
    is_multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a member wrote. A title makes it a long post, whose text may hold Markdown."""

    text: str
    visibility: str = "public"
    content_note: str = ""
    sensitive: bool = False
    language: str | None = None
    parent_id: int | None = None
    title: str | None = None
    poll: PollDraft | None = None


def publish(
    tx: Tx,
    author: Actor,
    draft: Draft,
    now: int,
    *,
    idempotency: tuple[int, str] | None = None,
) -> int:
    """Publish a member's draft; the id of the post.

    A post that names a community belongs to it, and so does an answer in one. `idempotency` is
    (account id, key): the same key again gives the post it made before and publishes nothing.

    Raises:
        Invalid: the draft is empty, too long, or names too many.
        NotFound: what it answers is not there, or not for this author.
        NotAllowed: the author may not post in that community, has moved away, or may not answer
            that post.
    """
    check_lives_here(author.moved_to)
    check_draft(draft.text, draft.title, draft.content_note, draft.visibility)
    if draft.poll:
        check_choices(draft.poll.choices, draft.poll.lasts_s)
    if idempotency and (made := post_made_with(tx, *idempotency)) is not None:
        return made
    parent = answered(tx, author, draft.parent_id) if draft.parent_id else None
    check_open(tx, parent)
    visibility = narrower(draft.visibility, parent.visibility if parent else "public")
    words = understand(tx, author, draft.text, is_long=bool(draft.title))
    community = community_for(tx, words.people, parent, visibility)
    if community is not None:
        check_may_post_in(tx, community, author, now)
    post = new_post(author, draft, words, parent, community, visibility, now)
    readers = {actor.id: True for actor in words.people}
    if parent and visibility == "direct":
        readers.setdefault(parent.author_id, False)
    readers.pop(author.id, None)
    add_post(tx, post, list(readers.items()))
    if post.poll and post.poll.ends_at is not None:
        put_due(tx, post.id, "end", post.poll.ends_at)
    if idempotency:
        remember_key(tx, *idempotency, post.id, now)
    show_here(tx, author, post, list(readers), now)
    send_create(tx, author, post, community, now)
    return post.id


def answered(tx: Tx, author: Actor, parent_id: int) -> Post:
    """The post that `author` answers.

    Raises:
        NotFound: it is not there, or not for them.
        NotAllowed: whoever wrote it lets others answer.
    """
    view = post_view(tx, parent_id, author)
    check_is_let(tx, view.post, view.author, author, "reply")
    return view.post


def community_for(
    tx: Tx, people: tuple[Actor, ...], parent: Post | None, visibility: str
) -> Actor | None:
    """The community that a post belongs to: the one it answers in, else the first it names."""
    if visibility not in ("public", "unlisted"):
        return None
    if parent is not None and parent.community_id is not None:
        return actor_by_id(tx, parent.community_id)
    return next((actor for actor in people if actor.is_group), None)


def check_may_post_in(tx: Tx, group: Actor, author: Actor, now: int) -> None:
    """Raise NotAllowed unless `author` may post in a community.

    Of one elsewhere only a ban that it told us of is known here; the rest is decided there.
    """
    community, held = community_by_actor(tx, group.id), membership(tx, group.id, author.id)
    posting = community.posting if community else "anyone"
    check_may_post(held.role, posting, held.banned_until, now)


def check_open(tx: Tx, parent: Post | None) -> None:
    """Raise NotAllowed for an answer in a conversation that is closed."""
    if parent is not None and is_closed(tx, parent.id):
        raise NotAllowed("This conversation is closed: it takes no more answers.")


def new_post(
    author: Actor,
    draft: Draft,
    words: Words,
    parent: Post | None,
    community: Actor | None,
    visibility: str,
    now: int,
) -> Post:
    post_id = new_id(now)
    iri = f"{origin_of_actor(author)}/posts/{new_name()}"
    title = (draft.title or "").strip() or None
    long_kind = "Page" if community and not parent else "Article"
    return Post(
        id=post_id,
        iri=iri,
        url=iri,
        kind="Question" if draft.poll else long_kind if title else "Note",
        author_id=author.id,
        community_id=community.id if community else None,
        parent_id=parent.id if parent else None,
        parent_iri=parent.iri if parent else None,
        root_id=parent.root_id if parent else post_id,
        title=title,
        content=words.content,
        source=draft.text,
        content_note=draft.content_note.strip() or None,
        sensitive=draft.sensitive or bool(draft.content_note.strip()),
        language=draft.language,
        visibility=visibility,
        attachments=(),
        tags=words.tags,
        poll=poll_of(draft.poll, now) if draft.poll else None,
        replies_count=0,
        favourites_count=0,
        boosts_count=0,
        version=1,
        local=True,
        published_at=now,
        edited_at=None,
        deleted_at=None,
    )


def poll_of(draft: PollDraft, now: int) -> Poll:
    choices = tuple(Choice(one.strip(), 0) for one in draft.choices)
    return Poll(choices, draft.is_multiple, ends_at=now + draft.lasts_s, voters=0)


def show_here(tx: Tx, author: Actor, post: Post, named: list[int], now: int) -> None:
    """Place a new post in the homes it belongs in on this node, and tell those it names."""
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    if post.visibility != "direct":
        place_in_homes(
            tx,
            item_id=post.id,
            post_id=post.id,
            boost_id=None,
            from_id=author.id,
            reply_to_id=parent.author_id if parent else None,
        )
        if author.local:
            place_in_home(tx, author.id, item_id=post.id, post_id=post.id, from_id=author.id)
    told = list(named)
    if parent and parent.author_id not in told and post.visibility in ("public", "unlisted"):
        told.append(parent.author_id)
    is_held = is_kept_from_others(tx, post, author)
    for reader_id in told:
        if is_held and not is_followed_by(tx, author, reader_id):
            continue
        is_answer = parent is not None and parent.author_id == reader_id
        if is_answer or may_tell(tx, reader_id, author, post, now):
            notify(tx, reader_id, "mention", author.id, post.id, now)


def may_tell(tx: Tx, reader_id: int, author: Actor, post: Post, now: int) -> bool:
    """Whether somebody is told that a post names them: of strangers, twenty times a day (T106).

    A stranger is somebody of another node whom they do not follow, outside of communities. What
    was said beyond that stays where it is, and nobody is disturbed. What somebody let through who
    looks after the node is told.
    """
    if author.local or post.community_id is not None or is_followed_by(tx, author, reader_id):
        return True
    if state_of(tx, post.id) == "passed":
        return True
    return strangers_heard(tx, reader_id, now - DAY_S) < STRANGERS_A_DAY_MAX


def send_create(tx: Tx, author: Actor, post: Post, community: Actor | None, now: int) -> None:
    """Append the Create of a post of ours; a community of ours passes it on."""
    value = post_value(tx, post)
    create = documents.render_create(new_activity_iri(author), value)
    said = append_about(tx, author, post, create, "Create", now)
    if community is not None and community.local:
        announce_post(tx, community, author, post, said, now)


def append_about(
    tx: Tx, author: Actor, post: Post, activity: dict[str, object], kind: str, now: int
) -> Mapping[str, Any]:
    return append_activity(
        tx,
        actor_id=author.id,
        activity=activity,
        object_iri=post.iri,
        kind=kind,
        inboxes=audience_inboxes(tx, author, post),
        public=post.visibility in ("public", "unlisted"),
        now=now,
    )


def audience_inboxes(tx: Tx, author: Actor, post: Post) -> set[str]:
    """The inboxes of everybody on other nodes who a post of ours is for.

    Shared inboxes are used for what anybody may read, personal ones for everything else (T89).
    """
    is_open = post.visibility in ("public", "unlisted")
    people = [actor_id for actor_id, _ in readers_of(tx, post.id)]
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    if parent and is_open:
        people.append(parent.author_id)
    if post.community_id is not None:
        people.append(post.community_id)
    inboxes = set(inboxes_of(tx, people, shared=is_open))
    if post.visibility != "direct":
        inboxes |= follower_inboxes(tx, author.id, shared=is_open)
    return inboxes


def own_post(tx: Tx, author: Actor, post_id: int) -> Post:
    post = post_by_id(tx, post_id)
    if post is None or post.author_id != author.id or not post.local:
        raise NotFound
    return post


def edit(tx: Tx, author: Actor, post_id: int, draft: Draft, now: int) -> None:
    """Replace the words of a member's own post; who may see it, where it hangs, and what a poll
    asks stay.

    Raises:
        Invalid: the draft is empty, too long, names too many, or asks something else.
        NotFound: it is not there, or not theirs.
        NotAllowed: its community has shut them out.
    """
    post = own_post(tx, author, post_id)
    community = actor_by_id(tx, post.community_id) if post.community_id else None
    if community is not None:
        check_may_post_in(tx, community, author, now)
    check_draft(draft.text, draft.title, draft.content_note, post.visibility)
    check_poll_stays(post, draft)
    words = understand(tx, author, draft.text, is_long=bool(draft.title))
    changed = replace(
        post,
        title=(draft.title or "").strip() or post.title,
        content=words.content,
        source=draft.text,
        content_note=draft.content_note.strip() or None,
        sensitive=draft.sensitive or bool(draft.content_note.strip()),
        language=draft.language or post.language,
        tags=words.tags,
        edited_at=now,
    )
    before = dict(readers_of(tx, post.id))
    update_post(tx, changed)
    if post.visibility != "direct":
        replace_readers(tx, post.id, [(actor.id, True) for actor in words.people])
        for actor in words.people:
            if actor.id not in before:
                notify(tx, actor.id, "mention", author.id, post.id, now)
    value = post_value(tx, changed)
    update = documents.render_update(new_activity_iri(author), value)
    said = append_about(tx, author, changed, update, "Update", now)
    pass_on(tx, author, changed, said, now)


def check_poll_stays(post: Post, draft: Draft) -> None:
    """Raise Invalid for an edit that would change what people have voted on."""
    if draft.poll is None:
        return
    asked = tuple(choice.name for choice in post.poll.choices) if post.poll else ()
    if tuple(one.strip() for one in draft.poll.choices) != asked:
        raise Invalid("What a poll asks stays as it is. Delete the post and write it anew.")


def delete(tx: Tx, author: Actor, post_id: int, now: int) -> None:
    """Delete a member's own post here, and ask every node that may hold a copy to do the same.

    Raises:
        NotFound: it is not there, or not theirs.
    """
    post = own_post(tx, author, post_id)
    value = post_value(tx, post)
    activity = documents.render_delete(
        new_activity_iri(author),
        author.iri,
        documents.Tombstone(iri=post.iri, former_kind=post.kind, deleted=now),
        to=value.to,
        cc=value.cc,
        audience=value.audience,
    )
    inboxes = audience_inboxes(tx, author, post) | copy_holders(tx, post.iri)
    remove_post(tx, post, now)
    said = append_activity(
        tx,
        actor_id=author.id,
        activity=activity,
        object_iri=post.iri,
        kind="Delete",
        inboxes=inboxes,
        public=post.visibility in ("public", "unlisted"),
        now=now,
    )
    pass_on(tx, author, post, said, now)


def pass_on(tx: Tx, author: Actor, post: Post, activity: Mapping[str, Any], now: int) -> None:
    group = actors_by_ids(tx, [post.community_id]) if post.community_id else {}
    for community in group.values():
        if community.local:
            announce_activity(tx, community, author, activity, post.iri, now)


def remove_post(tx: Tx, post: Post, now: int) -> None:
    """Take a post out of everything that shows it; a tombstone stays."""
    mark_post_deleted(tx, post, now)
    drop_votes(tx, post.id)
    remove_post_from_homes(tx, post.id)
    drop_boosts_of(tx, post.id)
    withdraw_of_post(tx, post.id)
    end_quotes_of(tx, post, now)
