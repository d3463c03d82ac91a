"""What is decided about a post that waited for a look: let it through, or refuse it, and why."""

from node.base.errors import Conflict, Invalid, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.store import community_by_actor
from node.topics.moderation.desk import known_case
from node.topics.moderation.desk_store import Case
from node.topics.moderation.log_store import Entry, add_entry, new_entry_id
from node.topics.moderation.rules import check_reason
from node.topics.moderation.send_change import new_change
from node.topics.moderation.waiting import (
    Waiting,
    decide_waiting,
    verbatim_of_waiting,
    waiting_in,
)
from node.topics.notifications.store import notify
from node.topics.posts.recipients import recipients_of
from node.topics.posts.removals import Hidden, hidden_post_by_id, hide_as, unhide_posts
from node.topics.posts.store import Post, post_by_id
from node.topics.publishing.desk_deeds import place_of, settle
from node.topics.publishing.fanout import fan_out
from node.topics.publishing.letters import write_letter
from node.topics.publishing.may_write import check_may_post_in
from node.topics.publishing.send_create import announce_post, send_create

LET_THROUGH, REFUSE = "let_through", "refuse"
"""What the log calls it, and what the author of ours is told."""

REFUSED = "Those who look after {place} have not taken a post of yours: {reason}"


def let_through(tx: Tx, me: Actor, case_id: int, now: int) -> None:
    """Show a post that waited to everybody it is for, and send it out, as if it were just written.

    From then on its author writes in that community without waiting.

    Raises:
        NotFound: no such post is on the desk of `me`.
        Conflict: it was decided already.
        NotAllowed: the community has shut its author out since.
    """
    case, waiting, hidden = known_waiting(tx, me, case_id)
    show(tx, me, waiting, hidden.post, now)
    settle(tx, me, case, "let_through", now)


def show(tx: Tx, me: Actor, waiting: Waiting, post: Post, now: int) -> None:
    """Let a post that waited, or was refused, be seen and go out."""
    author = actor_by_id(tx, post.author_id)
    if author is None:
        raise NotFound("Whoever wrote it is not here any more.")
    group = our_group(tx, post)
    if group is not None:
        is_answer = post.parent_iri is not None
        check_may_post_in(tx, group, author, now, is_answer=is_answer, to_others=True)
    verbatim = verbatim_of_waiting(tx, post.id)
    decide_waiting(tx, post.id, "passed")
    log_it(tx, me, waiting, LET_THROUGH, None, now)
    unhide_posts(tx, [post.id])
    shown = post_by_id(tx, post.id)
    if shown is None:
        return
    fan_out(tx, author, shown, [actor_id for actor_id, _ in recipients_of(tx, post.id)], now)
    community = actor_by_id(tx, post.community_id) if post.community_id else None
    if author.local:
        send_create(tx, author, shown, community, now)
        notify(tx, author.id, LET_THROUGH, waiting.group_id, post.id, now)
    elif group is not None and verbatim:
        announce_post(tx, group, author, shown, verbatim, now)


def refuse(tx: Tx, me: Actor, case_id: int, reason: str, now: int) -> None:
    """Let nobody see it but its author, who is told why and may appeal; nothing goes out.

    Raises:
        NotFound: no such post is on the desk of `me`.
        Conflict: it was decided already.
        Invalid: there is no reason, or it is too long.
    """
    case, waiting, hidden = known_waiting(tx, me, case_id)
    check_reason(reason)
    if not reason.strip():
        raise Invalid("Say why: whoever wrote it reads it.")
    decide_waiting(tx, hidden.post.id, "refused")
    entry_id = log_it(tx, me, waiting, REFUSE, reason.strip(), now)
    hide_as(tx, hidden.post.id, entry_id)
    author, place = actor_by_id(tx, hidden.post.author_id), place_of(tx, case)
    if author is not None and author.local:
        notify(tx, author.id, REFUSE, place.id, hidden.post.id, now)
    elif author is not None:
        text = REFUSED.format(place=place.title, reason=reason.strip())
        write_letter(tx, place, author, text, now)
    settle(tx, me, case, "refused", now)


def known_waiting(tx: Tx, me: Actor, case_id: int) -> tuple[Case, Waiting, Hidden]:
    """A post that waits on the desk of `me`.

    Raises:
        NotFound: there is none, or its author has deleted it.
        Conflict: it was decided already.
    """
    case = known_case(tx, me, case_id)
    waiting = waiting_in(tx, case.id)
    hidden = hidden_post_by_id(tx, waiting.post_id) if waiting else None
    if waiting is not None and waiting.state != "waiting":
        raise Conflict("It was decided already.")
    if waiting is None or hidden is None:
        raise NotFound("No such post waits.")
    return case, waiting, hidden


def our_group(tx: Tx, post: Post) -> Actor | None:
    """The community of ours that a post is for."""
    group = actor_by_id(tx, post.community_id) if post.community_id is not None else None
    if group is None or not group.local or community_by_actor(tx, group.id) is None:
        return None
    return group


def log_it(tx: Tx, me: Actor, waiting: Waiting, verb: str, reason: str | None, now: int) -> int:
    """Write it down in the log of the place; the number of the entry."""
    entry_id, place = new_entry_id(now), actor_by_id(tx, waiting.group_id)
    change = new_change(me, place or me, now)
    entry = Entry(
        id=entry_id,
        group_id=waiting.group_id,
        verb=verb,
        by_iri=me.iri,
        activity_iri=change.activity_iri,
        post_id=waiting.post_id,
        person_id=None,
        reason=reason,
        created_at=now,
    )
    add_entry(tx, entry)
    return entry_id
