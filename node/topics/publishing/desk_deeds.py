"""What those who look after things do about a case on their desk: each button is a function.

Each checks that the case is on the desk of `me`, does what it says, settles the case, and tells
those of ours who reported what became of it; by whom is told to nobody (T85).
"""

from node.base.errors import Conflict, Invalid, NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, instance_actor, reporting_actor
from node.topics.moderation.changes import log_change
from node.topics.moderation.desk import case_view, check_note, known_case, main_post, whom
from node.topics.moderation.desk_notes import add_note
from node.topics.moderation.desk_store import (
    Case,
    Outcome,
    give_back_case,
    note_passed,
    our_reporters,
    settle_case,
    take_case,
)
from node.topics.moderation.member_actions import ban
from node.topics.moderation.member_reports import tell_homes, told_elsewhere
from node.topics.moderation.node_bans import bar_from_node
from node.topics.moderation.post_actions import remove as remove_from_community
from node.topics.moderation.report_store import reports_of_case
from node.topics.moderation.send_change import new_change
from node.topics.notifications.store import notify, withdraw_notification
from node.topics.posts.views import post_views
from node.topics.publishing.letters import write_letter
from node.topics.publishing.node_removals import remove_here

LOOKED_AT = "looked_at"
"""What somebody is told who reported a thing that was decided."""

WORDS_CHARACTERS_MAX = 2_000
WARNING = (
    "{words}\n\nThis was written by those who look after {place}. Nobody else reads it; an answer"
    " to this message reaches nobody."
)


def take(tx: Tx, me: Actor, case_id: int) -> None:
    """Say that `me` is on it, so that nobody else is.

    Raises:
        NotFound: no such case is on the desk of `me`.
        Conflict: somebody else is on it.
    """
    if not take_case(tx, known_case(tx, me, case_id).id, me.id):
        raise Conflict("Somebody else is on it already. They can give it back.")


def give_back(tx: Tx, me: Actor, case_id: int) -> None:
    """Say that nobody is on it; anybody who looks after it may, for whoever was on it may be away.

    Raises:
        NotFound: no such case is on the desk of `me`.
    """
    give_back_case(tx, known_case(tx, me, case_id).id)


def write_note(tx: Tx, me: Actor, case_id: int, words: str, now: int) -> None:
    """Write something down for the others who look after it.

    Raises:
        NotFound: no such case is on the desk of `me`.
        Invalid: it is empty or too long.
    """
    add_note(tx, known_case(tx, me, case_id).id, me.id, check_note(words), now)


def leave(tx: Tx, me: Actor, case_id: int, now: int) -> None:
    """Leave everything as it is.

    Raises:
        NotFound: no such case is on the desk of `me`.
    """
    settle(tx, me, known_case(tx, me, case_id), "left", now)


def remove(
    tx: Tx, me: Actor, case_id: int, reason: str, now: int, *, with_replies: bool = False
) -> None:
    """Remove the post that a case is about: from its community, or else from this node.

    Raises:
        NotFound: no such case is on the desk of `me`, or the post is not there any more.
        NotAllowed, Invalid: as `post_actions.remove`.
    """
    case = known_case(tx, me, case_id)
    post = main_post(tx, case)
    if post is None:
        raise NotFound("The post is not there any more.")
    if case.group_id is not None:
        remove_from_community(tx, me, post.id, reason, now, with_replies=with_replies)
    else:
        remove_here(tx, me, post, reason, now)
    settle(tx, me, case, "removed", now)


def warn(tx: Tx, me: Actor, case_id: int, words: str, now: int) -> None:
    """Write to whom a case is about, here or elsewhere, in the name of the community or the node.

    Raises:
        NotFound: no such case is on the desk of `me`, or whom it is about is gone.
        Invalid: there are no words, or too many.
    """
    case = known_case(tx, me, case_id)
    about, place = whom(tx, case), place_of(tx, case)
    if not 0 < len(words.strip()) <= WORDS_CHARACTERS_MAX or "\x00" in words:
        raise Invalid(f"Write what you want to say, in at most {WORDS_CHARACTERS_MAX} characters.")
    change = new_change(me, place, now)
    write_letter(tx, place, about, WARNING.format(words=words.strip(), place=place.title), now)
    log_change(tx, change, "warn", person_id=about.id)
    settle(tx, me, case, "warned", now)


def shut_out(
    tx: Tx,
    me: Actor,
    case_id: int,
    now: int,
    *,
    reason: str,
    days: int | None,
    removes: bool = False,
) -> None:
    """Shut whom a case is about out of the community, or of this node; no days are for good.

    `removes` hides what they wrote in the community.

    Raises:
        NotFound: no such case is on the desk of `me`, or whom it is about is gone.
        NotAllowed, Invalid: as `member_actions.ban`.
    """
    case = known_case(tx, me, case_id)
    about = whom(tx, case)
    if case.group_id is None:
        bar_from_node(tx, me, about, now, reason=reason, days=days)
    else:
        ban(tx, me, case.group_id, about.id, now, reason=reason, days=days, removes=removes)
    settle(tx, me, case, "shut_out", now)


def pass_on(tx: Tx, me: Actor, case_id: int, now: int) -> None:
    """Tell the home of whom a case is about, by the node: not who reported, nor any words.

    The case waits on: what is done here is another matter.

    Raises:
        NotFound: no such case is on the desk of `me`, or whom it is about is gone.
        NotAllowed: they live here, or their home is told already.
    """
    case = known_case(tx, me, case_id)
    about, reporter = whom(tx, case), reporting_actor(tx)
    view = case_view(tx, case)
    if about.local:
        raise NotAllowed("They live here: there is no other place to tell.")
    if view.is_passed:
        raise NotAllowed("The other place is told already.")
    iri, reasons = new_activity_iri(reporter), [one.reason for one in reports_of_case(tx, case.id)]
    ids = [thing.post.id for thing in view.things if thing.post is not None]
    posts = list(post_views(tx, ids, None).values())
    reason = reasons[0] if reasons else "other"
    tell_homes(tx, reporter, told_elsewhere(about, posts), iri, reason, now)
    note_passed(tx, case.id, iri)


def settle(tx: Tx, me: Actor | None, case: Case, outcome: Outcome, now: int) -> None:
    """Note what was done, and tell those of ours who reported it; None is the keeper's command."""
    settle_case(tx, case.id, outcome, me.id if me else None, now)
    place = place_of(tx, case)
    for reader_id in our_reporters(tx, case.id):
        withdraw_notification(tx, reader_id, [LOOKED_AT], place.id, 0)
        notify(tx, reader_id, LOOKED_AT, place.id, 0, now)


def place_of(tx: Tx, case: Case) -> Actor:
    """The community that a case is about, or the node."""
    group = actor_by_id(tx, case.group_id) if case.group_id is not None else None
    return group or instance_actor(tx)
