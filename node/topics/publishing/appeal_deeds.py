"""How those who look after things answer whoever asked them to look again: once, and with words.

The answer is a message from the community or the node; who gave it is told to nobody (T85).
"""

from node.base.errors import Conflict, Invalid, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id
from node.topics.moderation.appeal_store import Appeal, answer_appeal, appeal_in
from node.topics.moderation.desk import known_case, whom
from node.topics.moderation.desk_store import Case
from node.topics.moderation.log_store import Entry, entry_by_id
from node.topics.moderation.member_actions import unban
from node.topics.moderation.node_bans import let_back
from node.topics.moderation.post_actions import restore
from node.topics.moderation.waiting import waited_of
from node.topics.posts.removals import hidden_post_by_id
from node.topics.publishing.desk_deeds import place_of, settle
from node.topics.publishing.letters import write_letter
from node.topics.publishing.node_removals import restore_here
from node.topics.publishing.waiting_deeds import REFUSE, show

ANSWER_CHARACTERS_MAX = 1_000
GRANTED = "Those who look after {place} have looked again, and taken back what they had decided."
REFUSED = "Those who look after {place} have looked again, and it stays as they had decided."


def grant(tx: Tx, me: Actor, case_id: int, answer: str, now: int) -> None:
    """Take back what was decided: the post is shown again, or the person may write again.

    Raises:
        NotFound: no such appeal is on the desk of `me`.
        Conflict: it is answered already.
        Invalid: the answer is too long.
    """
    case, appeal = known_appeal(tx, me, case_id)
    entry, group = entry_by_id(tx, appeal.entry_id), actor_by_id(tx, appeal.group_id)
    keep_answer(tx, appeal, answer, now, granted=True)
    if entry is not None and group is not None:
        take_back(tx, me, entry, group, appeal, now)
    tell(tx, case, GRANTED, answer, now)
    settle(tx, me, case, "granted", now)


def refuse(tx: Tx, me: Actor, case_id: int, answer: str, now: int) -> None:
    """Let it stand, and say why.

    Raises:
        NotFound: no such appeal is on the desk of `me`.
        Conflict: it is answered already.
        Invalid: there is no answer, or it is too long.
    """
    case, appeal = known_appeal(tx, me, case_id)
    if not answer.strip():
        raise Invalid("Say why it stays as it is: whoever asked reads it.")
    keep_answer(tx, appeal, answer, now, granted=False)
    tell(tx, case, REFUSED, answer, now)
    settle(tx, me, case, "refused", now)


def known_appeal(tx: Tx, me: Actor, case_id: int) -> tuple[Case, Appeal]:
    """An appeal on the desk of `me`.

    Raises:
        NotFound: there is none.
    """
    case = known_case(tx, me, case_id)
    appeal = appeal_in(tx, case.id)
    if appeal is None:
        raise NotFound
    return case, appeal


def keep_answer(tx: Tx, appeal: Appeal, answer: str, now: int, *, granted: bool) -> None:
    if len(answer) > ANSWER_CHARACTERS_MAX or "\x00" in answer:
        raise Invalid(f"An answer has at most {ANSWER_CHARACTERS_MAX} characters.")
    if not answer_appeal(tx, appeal.id, now, granted=granted, answer=answer.strip()):
        raise Conflict("It is answered already.")


def take_back(tx: Tx, me: Actor, entry: Entry, group: Actor, appeal: Appeal, now: int) -> None:
    """Undo what a log entry did, as far as it still stands."""
    person = actor_by_id(tx, appeal.person_id)
    if entry.verb == "ban" and person is not None:
        if group.is_our_node:
            let_back(tx, me, person, now)
        else:
            unban(tx, me, group.id, person.id, now, restores=True)
        return
    hidden = hidden_post_by_id(tx, appeal.post_id) if appeal.post_id else None
    if hidden is None or hidden.entry_id != entry.id:
        return
    waited = waited_of(tx, hidden.post.id) if entry.verb == REFUSE else None
    if waited is not None:
        show(tx, me, waited, hidden.post, now)
    else:
        (restore_here if group.is_our_node else restore)(tx, me, hidden.post.id, now)


def tell(tx: Tx, case: Case, sentence: str, answer: str, now: int) -> None:
    place = place_of(tx, case)
    text = "\n\n".join(one for one in (sentence.format(place=place.title), answer.strip()) if one)
    write_letter(tx, place, whom(tx, case), text, now)
