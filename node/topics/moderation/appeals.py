"""What was decided about somebody, as they read it themselves, and their asking for another look.

By whom it was decided stands nowhere (T85). Each decision can be appealed against once.
"""

from dataclasses import dataclass

from federation import documents
from federation.documents.moderating import render_appeal
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Conflict, Invalid, NotFound
from node.base.markup import plain_text
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor, actor_by_id, known_actor
from node.topics.moderation.appeal_store import Appeal, add_appeal, appeal_against
from node.topics.moderation.ban_store import ban_of
from node.topics.moderation.desk import who_looks_after
from node.topics.moderation.desk_store import add_case
from node.topics.moderation.log_store import HOLD, Entry, entry_by_id, entry_of_activity
from node.topics.moderation.rules import FOR_EVER
from node.topics.notifications.store import notify
from node.topics.posts.removals import hidden_post, hidden_post_by_id
from node.topics.posts.store import Post

WORDS_CHARACTERS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Decision:
    """What a community, or the node, decided about somebody.

    `post` is what was removed; else they are shut out, until then or, where it is None, for good.
    """

    entry: Entry
    group: Actor
    post: Post | None = None
    until: int | None = None
    appeal: Appeal | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is decided yet: the post waits for a look."""
        return self.entry.verb == HOLD


def decision_about_post(tx: Tx, me: Actor, post_id: int) -> Decision:
    """Why a post of one's own was removed; its words are there for its author alone.

    Raises:
        NotFound: it is not removed, or not by `me`: the two look the same.
    """
    hidden = hidden_post_by_id(tx, post_id)
    entry = entry_by_id(tx, hidden.entry_id) if hidden else None
    group = actor_by_id(tx, entry.group_id) if entry else None
    if hidden is None or entry is None or group is None or hidden.post.author_id != me.id:
        raise NotFound
    return Decision(entry, group, hidden.post, appeal=appeal_against(tx, entry.id, me.id))


def decision_about_person(tx: Tx, me: Actor, group_id: int, now: int) -> Decision:
    """For how long and why a community, or the node, has shut one out.

    Raises:
        NotFound: it has not.
    """
    held, group = ban_of(tx, group_id, me.id), actor_by_id(tx, group_id)
    entry = entry_by_id(tx, held.entry_id) if held and held.until > now else None
    if held is None or entry is None or group is None:
        raise NotFound
    until = None if held.until == FOR_EVER else held.until
    return Decision(entry, group, None, until, appeal_against(tx, entry.id, me.id))


def ask_again(tx: Tx, me: Actor, decision: Decision, words: str, now: int) -> None:
    """Ask those who look after a community to look again, once; one elsewhere is sent it.

    Raises:
        Invalid: it says nothing, or too much.
        Conflict: `me` has asked already.
    """
    if not 0 < len(words.strip()) <= WORDS_CHARACTERS_MAX or "\x00" in words:
        raise Invalid(f"Say in 1 to {WORDS_CHARACTERS_MAX} characters why it should be changed.")
    if decision.is_waiting:
        raise Conflict("It waits for a look. Nothing is decided yet.")
    if decision.appeal is not None:
        raise Conflict("You have asked already, and it is looked at once.")
    iri = new_activity_iri(me)
    if decision.group.local:
        put_on_desk(tx, me, decision, iri, words.strip(), now)
        return
    keep(tx, me, decision, iri, words.strip(), now, case_id=None)
    what = decision.post.iri if decision.post else decision.entry.activity_iri
    append_activity(
        tx,
        actor_id=me.id,
        activity=render_appeal(iri, me.iri, decision.group.iri, what, words.strip()),
        object_iri=decision.group.iri,
        kind="Flag",
        inboxes=[decision.group.inbox],
        public=False,
        now=now,
    )


def put_on_desk(tx: Tx, person: Actor, decision: Decision, iri: str, words: str, now: int) -> None:
    """Make a case of an appeal, and tell those who look after things."""
    group = decision.group
    group_id = None if group.is_our_node else group.id
    post_id = decision.post.id if decision.post else None
    case_id = add_case(tx, "appeal", now, group_id=group_id, about_id=person.id, post_id=post_id)
    keep(tx, person, decision, iri, words, now, case_id=case_id)
    for reader_id in who_looks_after(tx, group_id):
        notify(tx, reader_id, "appeal", person.id, 0, now)


def keep(
    tx: Tx,
    person: Actor,
    decision: Decision,
    iri: str,
    words: str,
    now: int,
    *,
    case_id: int | None,
) -> None:
    add_appeal(
        tx,
        iri,
        now,
        group_id=decision.group.id,
        person_id=person.id,
        entry_id=decision.entry.id,
        post_id=decision.post.id if decision.post else None,
        case_id=case_id,
        words=words,
    )


def receive_appeal(tx: Tx, flag: documents.Flag, context: ApplyContext) -> bool:
    """Keep an appeal of somebody of another node; False if a Flag is none, but a report.

    It is one if it names what a community of ours removed of theirs, or the Block that shut them
    out. The second about one decision has no effect.

    Raises:
        Missing: who sent it is not stored here yet.
    """
    person = known_actor(tx, flag.actor)
    found = (decision_meant(tx, person, iri, context.now) for iri in flag.objects[:1])
    decision = next((one for one in found if one is not None), None)
    if decision is None:
        return False
    words = plain_text(flag.content or "", WORDS_CHARACTERS_MAX)
    if decision.appeal is None:
        put_on_desk(tx, person, decision, flag.iri, words, context.now)
    return True


def decision_meant(tx: Tx, person: Actor, iri: str, now: int) -> Decision | None:
    """What a community of ours decided about somebody; named by the post or the activity."""
    hidden, entry = hidden_post(tx, iri), entry_of_activity(tx, iri)
    try:
        if hidden is not None:
            found = decision_about_post(tx, person, hidden.post.id)
        elif entry is not None and entry.verb == "ban" and entry.person_id == person.id:
            found = decision_about_person(tx, person, entry.group_id, now)
        else:
            return None
    except NotFound:
        return None
    return found if found.group.local and not found.is_waiting else None
