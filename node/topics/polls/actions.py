"""What happens in polls here: a member votes, the results go out, a poll ends."""

from collections.abc import Sequence
from dataclasses import replace

from federation import documents
from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.outbox.audience import inboxes_of
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.names import check_name
from node.topics.notifications.store import notify
from node.topics.permissions.rules import LIMITED, OPEN
from node.topics.polls.rules import check_ballot, counted
from node.topics.polls.store import (
    add_vote,
    due_polls,
    has_voted_as_another,
    put_due,
    put_poll,
    settle_due,
    voters_of,
)
from node.topics.posts.audience import audience_inboxes, pass_on
from node.topics.posts.documents import post_value
from node.topics.posts.parts import Poll
from node.topics.posts.store import Post, post_by_id
from node.topics.posts.views import post_view
from node.topics.pseudonyms.rules import AS_ANOTHER

RESULTS_EVERY_S = 60
WOULD_TELL = "Your vote would tell another place that you belong to this community."
DUE_AT_ONCE = 20


def vote(tx: Tx, me: Actor, post_id: int, choices: Sequence[int], now: int) -> None:
    """Choose in a poll that one may see, for good; `choices` are places from 0.

    A vote in a poll of another node goes to its author alone. Behind the door of a community it
    would tell that node who belongs there, which its home alone knows (T90).

    Raises:
        NotFound: there is no such poll, or not for this member: the two look the same.
        NotAllowed: it stands behind a door, and its author lives where the community does not; or
            one acts there under another name.
        Invalid: it is over, their own, voted in, or cannot be answered so.
    """
    view = post_view(tx, post_id, me)
    poll, post = view.post.poll, view.post
    if poll is None:
        raise NotFound
    home = view.community.host if view.community and post.visibility in LIMITED else None
    if home is not None and not view.author.local and view.author.host != home:
        raise NotAllowed(WOULD_TELL)
    if post.visibility != "direct":
        check_name(tx, me, view.community)
    if has_voted_as_another(tx, post_id, me.id):
        raise NotAllowed(AS_ANOTHER)
    check_ballot(poll, choices, view.own_votes, is_author=post.author_id == me.id, now=now)
    for choice in sorted(set(choices)):
        add_vote(tx, post.id, me.id, choice, now)
        if not view.author.local:
            append_vote(tx, me, view.author, post, poll.choices[choice].name, now)
    count(tx, post, counted(poll, choices, is_new_voter=True), now)


def count(tx: Tx, post: Post, poll: Poll, now: int) -> None:
    """Store what a poll stands at; results of ours go out within a minute, not at each vote."""
    put_poll(tx, post.id, poll)
    if poll.ends_at is not None:
        put_due(tx, post.id, "end", poll.ends_at)
    if post.local:
        put_due(tx, post.id, "results", now + RESULTS_EVERY_S)


def append_vote(tx: Tx, me: Actor, author: Actor, post: Post, choice: str, now: int) -> None:
    iri = new_activity_iri(me)
    append_activity(
        tx,
        actor_id=me.id,
        activity=documents.render_vote(iri, me.iri, post.iri, author=author.iri, choice=choice),
        object_iri=post.iri,
        kind="Create",
        inboxes=[author.inbox],
        public=False,
        now=now,
    )


def send_results(tx: Tx, now: int) -> int:
    """Send what the polls of ours stand at, where it is due; how many polls."""
    due = due_polls(tx, "results", now, DUE_AT_ONCE)
    for post_id in due:
        settle_due(tx, post_id, "results")
        post = post_by_id(tx, post_id)
        if post is not None and post.local:
            append_results(tx, post, now)
    return len(due)


def append_results(tx: Tx, post: Post, now: int) -> None:
    """Tell all who have the poll, and all who voted, what it stands at."""
    author = actor_by_id(tx, post.author_id)
    if author is None:
        return
    update = documents.render_update(new_activity_iri(author), post_value(tx, post))
    is_open = post.visibility in OPEN
    voters = inboxes_of(tx, voters_of(tx, post.id), shared=is_open)
    append_activity(
        tx,
        actor_id=author.id,
        activity=update,
        object_iri=post.iri,
        kind="Update",
        inboxes=audience_inboxes(tx, author, post) | voters,
        public=is_open,
        now=now,
    )
    pass_on(tx, author, post, update, now)


def end_polls(tx: Tx, now: int) -> int:
    """Close the polls whose time is over, and tell those of ours who asked or voted; how many."""
    due = due_polls(tx, "end", now, DUE_AT_ONCE)
    for post_id in due:
        settle_due(tx, post_id, "end")
        post = post_by_id(tx, post_id)
        if post is not None and post.poll is not None:
            end_poll(tx, post, post.poll, now)
    return len(due)


def end_poll(tx: Tx, post: Post, poll: Poll, now: int) -> None:
    if poll.ends_at is not None and poll.ends_at > now:
        put_due(tx, post.id, "end", poll.ends_at)
        return
    for reader_id in {*voters_of(tx, post.id), post.author_id}:
        tell_end(tx, reader_id, post, now)
    if post.local:
        closed = replace(post, poll=replace(poll, closed_at=poll.ends_at))
        put_poll(tx, post.id, closed.poll or poll)
        settle_due(tx, post.id, "results")
        append_results(tx, closed, now)


def tell_end(tx: Tx, reader_id: int, post: Post, now: int) -> None:
    notify(tx, reader_id, "poll", post.author_id, post.id, now)
