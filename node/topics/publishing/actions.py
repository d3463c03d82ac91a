"""What our members do with posts: publish, edit, delete."""

from dataclasses import replace

from federation import documents
from node.base.errors import Invalid, NotFound
from node.base.ids import new_id, new_name
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import copy_holders, copy_hosts, inboxes_given, once_a_host
from node.outbox.deletions import open_deletion
from node.topics.actors.actions import new_activity_iri, node_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.names import check_reaches
from node.topics.communities.permissions import place_of
from node.topics.files.actions import take_files
from node.topics.moderation.node_bans import check_may_speak_here
from node.topics.moderation.waiting import hold_if_due
from node.topics.notifications.store import notify
from node.topics.permissions.clinics import PERSON, check_may_write_to
from node.topics.permissions.kept_out import logged_if_kept_out
from node.topics.permissions.rules import BEHIND, LIMITED, OPEN
from node.topics.polls.store import put_due
from node.topics.posts.attached_files import attachments_of
from node.topics.posts.audience import append_about, audience_inboxes, is_passed_on, pass_on
from node.topics.posts.documents import origin_of_actor, post_value
from node.topics.posts.idempotency import post_made_with, remember_key
from node.topics.posts.interaction_policies import check_is_let
from node.topics.posts.parts import Choice, Poll
from node.topics.posts.recipients import recipients_of, replace_recipients
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.rules import check_choices, check_lives_here, narrower
from node.topics.posts.store import Post, add_post, post_by_id, update_post
from node.topics.posts.text import ParsedText, parse_text
from node.topics.posts.views import post_view
from node.topics.posts.words import index_posts
from node.topics.publishing.drafts import Draft, PollDraft, check_words
from node.topics.publishing.fanout import fan_out, remove_post
from node.topics.publishing.may_write import (
    check_may_post_in,
    check_may_write,
    check_not_kept_out,
    check_open,
    check_under_name,
    take_in_by_writing,
)
from node.topics.publishing.send_create import send_create

NOBODY_NAMED = (
    "Nobody whom you named was found, so nobody could read this. Write each name with its @, and"
    " look how it is spelt."
)


def publish(
    tx: Tx,
    author: Actor,
    draft: Draft,
    now: int,
    *,
    idempotency: tuple[int, str] | None = None,
) -> int:
    """Publish a member's draft; the id of the post.

    A post that names a community belongs to it, and so does an answer in one. It may have to wait
    for a look before anybody else sees it. `idempotency` is (account id, key): the same key again
    gives the post it made before and publishes nothing.

    Raises:
        Invalid: the draft is empty, too long, or names too many.
        NotFound: what it answers is not there, or not for this author.
        NotAllowed: the author may not post in that community, has moved away, is shut out of this
            node for now, or may not answer that post; or acts there under another name.
    """
    check_lives_here(author.moved_to)
    check_may_speak_here(tx, author, now)
    check_words(draft, has_files=bool(draft.file_ids))
    if draft.poll:
        check_choices(draft.poll.choices, draft.poll.lasts_s)
    if idempotency and (made := post_made_with(tx, *idempotency)) is not None:
        return made
    parent = answered(tx, author, draft.parent_id) if draft.parent_id else None
    check_open(tx, parent)
    check_not_kept_out(tx, author, parent)
    visibility = narrower(draft.visibility, parent.visibility if parent else "public")
    words = parse_text(tx, author, draft.text, is_long=bool(draft.title))
    with logged_if_kept_out("write_first", author.kind, author.host):
        check_may_write_to(
            author.kind,
            [one.id for one in words.people if one.kind == PERSON],
            parent.author_id if parent else None,
            is_direct=visibility == "direct",
        )
    community = community_for(tx, words.people, parent, visibility)
    check_under_name(tx, author, community, parent, words.people, visibility)
    if community is not None:
        check_may_write(tx, community, author, parent, now)
        visibility = visibility_in(tx, community, visibility)
        take_in_by_writing(tx, community, author, now)
    post = new_post(author, draft, words, parent, community, visibility, now)
    if draft.file_ids:
        files = take_files(tx, author, draft.file_ids, post.id, now)
        post = replace(post, attachments=attachments_of(files))
    readers = {actor.id: True for actor in words.people}
    if parent and visibility == "direct":
        readers.setdefault(parent.author_id, False)
    readers.pop(author.id, None)
    add_post(tx, post, list(readers.items()))
    index_posts(tx, [post.id])
    if post.poll and post.poll.ends_at is not None:
        put_due(tx, post.id, "end", post.poll.ends_at)
    if idempotency:
        remember_key(tx, *idempotency, post.id, now)
    if not hold_if_due(tx, post, author, community, {}, now):
        fan_out(tx, author, post, list(readers), now)
        send_create(tx, author, post, community, now)
    return post.id


def check_is_for_somebody(tx: Tx, author: Actor, draft: Draft) -> None:
    """Raise Invalid for a message to those it names that names nobody who is known.

    Apps may publish such a thing, as a note to oneself; on a page it is a name written wrong.
    """
    if draft.visibility != "direct":
        return
    people = parse_text(tx, author, draft.text, is_long=bool(draft.title)).people
    if all(one.id == author.id for one in people):
        raise Invalid(NOBODY_NAMED)


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
    if visibility not in OPEN and visibility not in LIMITED:
        return None
    if parent is not None and parent.community_id is not None:
        return actor_by_id(tx, parent.community_id)
    return next((actor for actor in people if actor.is_group), None)


def visibility_in(tx: Tx, group: Actor, visibility: str) -> str:
    """Who may see what is written in a community: those whom its door lets read, at this moment."""
    place = place_of(tx, group)
    return BEHIND.get(place.door, visibility) if place is not None else visibility


def new_post(
    author: Actor,
    draft: Draft,
    words: ParsedText,
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


def own_post(tx: Tx, author: Actor, post_id: int, *, removed: bool = False) -> Post:
    """A post of a member's own; with `removed` also one that nobody else sees any more.

    Raises:
        NotFound: it is not there, or not theirs.
    """
    hidden = hidden_post_by_id(tx, post_id) if removed else None
    post = hidden.post if hidden else post_by_id(tx, post_id)
    if post is None or post.author_id != author.id or not post.local:
        raise NotFound
    return post


def edit(tx: Tx, author: Actor, post_id: int, draft: Draft, now: int) -> None:
    """Replace the words of a member's own post; who may see it, where it hangs, and what a poll
    asks stay. Whom it names no longer is sent the new words as well: they have the old ones.

    Raises:
        Invalid: the draft is empty, too long, names too many, or asks something else.
        NotFound: it is not there, or not theirs.
        NotAllowed: its community, or this node, has shut them out.
    """
    post = own_post(tx, author, post_id)
    check_may_speak_here(tx, author, now)
    community = actor_by_id(tx, post.community_id) if post.community_id else None
    if community is not None:
        is_answer = post.parent_iri is not None
        check_may_post_in(tx, community, author, now, is_answer=is_answer)
    has_files = bool(post.attachments if draft.file_ids is None else draft.file_ids)
    check_words(draft, has_files=has_files)
    check_poll_stays(post, draft)
    words = parse_text(tx, author, draft.text, is_long=bool(draft.title))
    for one in words.people:
        check_reaches(tx, author, one)
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
    if draft.file_ids is not None:
        files = take_files(tx, author, draft.file_ids, post.id, now)
        changed = replace(changed, attachments=attachments_of(files))
    before = dict(recipients_of(tx, post.id))
    new = [one.id for one in words.people if one.kind == PERSON and one.id not in before]
    with logged_if_kept_out("write_first", author.kind, author.host):
        check_may_write_to(author.kind, new, None, is_direct=False)
    is_open = post.visibility in OPEN
    had_it = audience_inboxes(tx, author, post) | (copy_holders(tx, post.iri) if is_open else set())
    update_post(tx, changed)
    if post.visibility != "direct":
        replace_recipients(tx, post.id, [(actor.id, True) for actor in words.people])
        for actor in words.people:
            if actor.id not in before:
                notify(tx, actor.id, "mention", author.id, post.id, now)
    index_posts(tx, [post.id])
    value = post_value(tx, changed)
    update = documents.render_update(new_activity_iri(author), value)
    said = append_about(tx, author, changed, update, "Update", now, also=had_it)
    pass_on(tx, author, changed, said, now)


def check_poll_stays(post: Post, draft: Draft) -> None:
    """Raise Invalid for an edit that would change what people have voted on."""
    if draft.poll is None:
        return
    asked = tuple(choice.name for choice in post.poll.choices) if post.poll else ()
    if tuple(one.strip() for one in draft.poll.choices) != asked:
        raise Invalid("What a poll asks stays as it is. Delete the post and write it anew.")


def delete(tx: Tx, author: Actor, post_id: int, now: int) -> int:
    """Delete a member's own post here, and ask every node that may hold a copy to do the same.

    That a community has removed it before changes nothing.
    What comes of that at each of them is kept under the id that is given back (F12).

    Raises:
        NotFound: it is not there, or not theirs.
    """
    post = own_post(tx, author, post_id, removed=True)
    value = post_value(tx, post)
    activity = documents.render_delete(
        new_activity_iri(author),
        author.iri,
        documents.Tombstone(iri=post.iri, former_kind=post.kind, deleted=now),
        to=value.to,
        cc=value.cc,
        audience=value.audience,
        receipt_to=node_iri(author),
    )
    had_it = copy_holders(tx, post.iri) | inboxes_given(tx, post.iri)
    inboxes = once_a_host(tx, audience_inboxes(tx, author, post) | had_it)
    had_it_at = copy_hosts(tx, post.iri)
    remove_post(tx, post, now)
    said = append_activity(
        tx,
        actor_id=author.id,
        activity=activity,
        object_iri=post.iri,
        kind="Delete",
        inboxes=inboxes,
        public=post.visibility in OPEN,
        is_passed_on=is_passed_on(tx, post),
        now=now,
    )
    pass_on(tx, author, post, said, now)
    return open_deletion(
        tx,
        said["id"],
        object_iri=post.iri,
        kind="post",
        actor_id=author.id,
        also_at=had_it_at,
        now=now,
    )
