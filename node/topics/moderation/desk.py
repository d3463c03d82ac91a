"""The desk as those see it who look after a community or the node: cases with what they are about.

Who reported is on no page (T99); whom a case is about finds nothing of it on theirs.
"""

from dataclasses import dataclass
from typing import Literal

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actors_by_ids
from node.topics.communities.moderators import moderated_groups
from node.topics.communities.permissions import is_allowed
from node.topics.communities.store import standing_of
from node.topics.moderation.appeal_store import Appeal, appeal_in
from node.topics.moderation.desk_notes import Note, notes_of
from node.topics.moderation.desk_store import (
    Case,
    Desk,
    case_on,
    cases_about_post,
    delivery_state,
    groups_with_cases,
    open_cases,
    posts_of_case,
    settled_cases,
)
from node.topics.moderation.held_view import text_of
from node.topics.moderation.log_store import Entry, entry_by_id
from node.topics.moderation.report_store import Report, reports_of_case, who_might_look
from node.topics.permissions.rules import OPEN, Act
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.store import Post, post_by_id

CASES = 20
SETTLED_SHOWN = 10
POSTS_SHOWN = 20
NOTE_CHARACTERS_MAX = 1_000
NOWHERE = 0
"""No community has that id: who somebody is to it is only what they are to the node."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A reported post. `words` is None where they are for few, or gone with the post."""

    post: Post | None
    state: Literal["shown", "hidden", "gone"]
    words: str | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Why a post waits for a look: it is a newcomer's first, or these words were found."""

    matched: str | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with all that is needed to decide it.

    `told` is what became of telling another place, if it `is_passed`. An `appeal` is against what
    the entry `appealed` of the log did.
    """

    case: Case
    group: Actor | None
    about: Actor | None
    things: tuple[Thing, ...]
    reports: tuple[Report, ...]
    notes: tuple[tuple[Actor | None, Note], ...]
    taken_by: Actor | None
    is_passed: bool
    told: str | None
    appeal: Appeal | None = None
    appealed: Entry | None = None
    why_it_waits: Waits | None = None


@dataclass(frozen=True, slots=True)
class DeskView:
    """One page of a desk; `newer` is the case that the next page begins above."""

    waiting: list[CaseView]
    settled: list[CaseView]
    after: int | None
    newer: int | None


def desk_of(tx: Tx, me: Actor) -> Desk:
    """What somebody looks after.

    Raises:
        NotFound: nothing: to others there is no desk.
    """
    looks_after_node = standing_of(tx, NOWHERE, me.id).looks_after_node
    mine = moderated_groups(tx, me.id)
    if not looks_after_node and not mine:
        raise NotFound
    groups = [*mine, *groups_with_cases(tx)] if looks_after_node else mine
    theirs = [one for one in dict.fromkeys(groups) if may_look_after(tx, one, me)]
    return Desk(me.id, tuple(theirs), node=looks_after_node)


def may_look_after(tx: Tx, group_id: int, me: Actor) -> bool:
    """Whether somebody looks after a community; who looks after the node, where they may read."""
    group = actor_by_id(tx, group_id)
    return group is not None and is_allowed(tx, Act.MODERATE, group, me)


def who_looks_after(tx: Tx, group_id: int | None) -> list[int]:
    """The people of this node who are told of a case in a community, or in none."""
    ids = who_might_look(tx, group_id)
    if group_id is None:
        return ids
    people = actors_by_ids(tx, ids)
    return [one for one in ids if one in people and may_look_after(tx, group_id, people[one])]


def read_desk(tx: Tx, me: Actor, after: int | None) -> DeskView:
    """What waits for `me`, the urgent first, and on the first page what was settled lately.

    Raises:
        NotFound: `me` looks after nothing.
    """
    desk = desk_of(tx, me)
    urgent = [] if after else open_cases(tx, desk, CASES, urgent=True)
    others = open_cases(tx, desk, CASES, after_id=after or 0, urgent=False)
    settled = [] if after else settled_cases(tx, desk, SETTLED_SHOWN)
    newer = others[-1].id if len(others) == CASES else None
    return DeskView(
        [case_view(tx, one) for one in (*urgent, *others)],
        [case_view(tx, one) for one in settled],
        after,
        newer,
    )


def read_case(tx: Tx, me: Actor, case_id: int) -> CaseView:
    """One case on the desk of `me`.

    Raises:
        NotFound: there is none, or it is not for `me`: the two look the same.
    """
    return case_view(tx, known_case(tx, me, case_id))


def known_case(tx: Tx, me: Actor, case_id: int) -> Case:
    """A case on the desk of `me`.

    Raises:
        NotFound: there is none, or it is not for `me`: the two look the same.
    """
    case = case_on(tx, desk_of(tx, me), case_id)
    if case is None:
        raise NotFound
    return case


def case_view(tx: Tx, case: Case) -> CaseView:
    """A case with what it is about, what was said, and who is on it."""
    reports, notes = reports_of_case(tx, case.id), notes_of(tx, case.id)
    wanted = {case.group_id, case.about_id, case.taken_by, *(one.by_id for one in notes)}
    actors = actors_by_ids(tx, [one for one in wanted if one is not None])
    said = [one for one in reports if one.forwarded]
    appeal = appeal_in(tx, case.id) if case.kind == "appeal" else None
    return CaseView(
        case=case,
        group=actors.get(case.group_id or 0),
        about=actors.get(case.about_id or 0),
        things=tuple(thing_of(tx, one, case) for one in posts_about(tx, case)),
        reports=tuple(reports),
        notes=tuple((actors.get(one.by_id), one) for one in notes),
        taken_by=actors.get(case.taken_by or 0),
        is_passed=case.passed_iri is not None or bool(said),
        told=delivery_state(tx, case.passed_iri) if case.passed_iri else told_of(said),
        appeal=appeal,
        appealed=entry_by_id(tx, appeal.entry_id) if appeal else None,
        why_it_waits=why_it_waits(tx, case) if case.kind == "waiting" else None,
    )


def why_it_waits(tx: Tx, case: Case) -> Waits | None:
    row = tx.one(
        "select matched, state from waiting_post where case_id = :case_id limit 1",
        case_id=case.id,
    )
    return Waits(row["matched"], row["state"]) if row else None


def told_of(said: list[Report]) -> str | None:
    return next((one.told for one in said if one.told is not None), None)


def posts_about(tx: Tx, case: Case) -> list[int]:
    found = posts_of_case(tx, case.id, POSTS_SHOWN)
    return found if case.post_id is None or case.post_id in found else [case.post_id, *found]


def thing_of(tx: Tx, post_id: int, case: Case) -> Thing:
    """A post of a case: its words, where everybody may read them or it stands in the community."""
    post = post_by_id(tx, post_id)
    hidden = hidden_post_by_id(tx, post_id) if post is None else None
    if hidden is not None:
        return Thing(hidden.post, "hidden", words_in(hidden.post, case))
    if post is None:
        return Thing(None, "gone", None)
    return Thing(post, "shown", words_in(post, case))


def words_in(post: Post, case: Case) -> str | None:
    is_theirs = case.group_id is not None and post.community_id == case.group_id
    return text_of(post) if is_theirs or post.visibility in OPEN else None


def decides_about(tx: Tx, me: Actor, post_id: int) -> bool:
    """Whether a post is on the desk of `me` with its words, and so with what hangs on it."""
    try:
        desk = desk_of(tx, me)
    except NotFound:
        return False
    cases = [case_on(tx, desk, one) for one in cases_about_post(tx, post_id)]
    return any(one is not None and thing_of(tx, post_id, one).words is not None for one in cases)


def main_post(tx: Tx, case: Case) -> Post | None:
    """The post that a case is about, if it is shown."""
    return post_by_id(tx, case.post_id) if case.post_id is not None else None


def whom(tx: Tx, case: Case) -> Actor:
    """Whom a case is about.

    Raises:
        NotFound: they are gone.
    """
    about = actor_by_id(tx, case.about_id) if case.about_id is not None else None
    if about is None:
        raise NotFound("Whom this is about is not here any more.")
    return about


def check_note(words: str) -> str:
    """A note without the space around it.

    Raises:
        Invalid: it is empty or too long.
    """
    if not 0 < len(words.strip()) <= NOTE_CHARACTERS_MAX or "\x00" in words:
        raise Invalid(f"A note has 1 to {NOTE_CHARACTERS_MAX} characters.")
    return words.strip()
