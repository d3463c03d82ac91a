"""What was done in a community, and why, as its members read it: by role and never by name (T85).

Nor is it said whom it was about, or what they wrote: the log is there to be trusted, and for nobody
to be pointed at. Who looks after the community reads more (`log_store.entries`).
"""

from dataclasses import dataclass

from node.base.errors import NotFound
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri
from node.topics.communities.permissions import is_allowed
from node.topics.communities.store import standing_of
from node.topics.moderation.appeal_store import AppealCounts, appeal_counts
from node.topics.moderation.log_store import HOLD, Entry, entries
from node.topics.permissions.rules import Act, Role

DONE: dict[str, str] = {
    "pin": "Put a post first",
    "unpin": "Put a post first no longer",
    "lock": "Closed a conversation to answers",
    "unlock": "Opened a conversation to answers",
    "remove": "Removed a post",
    "restore": "Showed a removed post again",
    "ban": "Shut somebody out",
    "unban": "Let somebody write again",
    "appoint": "Had somebody else look after it",
    "dismiss": "Had somebody look after it no longer",
    "warn": "Wrote to somebody",
    "let_through": "Let a post through after a look",
    "leave_out": "Left a post out after a look",
    "refuse": "Did not take a post after a look",
}
"""What the log calls each deed; others, such as that a post waits, stand in no open log."""

ROLES = {Role.ORGANISER: "an organiser", Role.MODERATOR: "a moderator"}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that was done: what, why, when, and what whoever did it is there."""

    id: int
    done: str
    reason: str | None
    by_role: str
    at: int


@dataclass(frozen=True, slots=True)
class OpenLog:
    """One part of a log, the newest first; `older` is what the next part begins below."""

    place: Actor
    lines: list[LogLine]
    appeals: AppealCounts
    before: int | None
    older: int | None


def read_log(tx: Tx, me: Actor, place_id: int, limit: int, before: int | None) -> OpenLog:
    """What was done in a community, ours or elsewhere, or by those who look after the node.

    Raises:
        NotFound: there is none, or `me` may not read it: the two look the same.
    """
    place = actor_by_id(tx, place_id)
    if place is None or not may_read_log(tx, place, me):
        raise NotFound
    found = entries(tx, place.id, limit, before)
    return OpenLog(
        place,
        [line_of(tx, place, one) for one in found if one.verb in DONE and one.verb != HOLD],
        appeal_counts(tx, place.id),
        before,
        found[-1].id if len(found) == limit else None,
    )


def may_read_log(tx: Tx, place: Actor, me: Actor) -> bool:
    """Whether somebody may read a log; that of the node, everybody who lives here."""
    if place.is_our_node:
        return me.local and me.kind == "Person"
    return place.is_group and is_allowed(tx, Act.READ_LOG, place, me)


def line_of(tx: Tx, place: Actor, entry: Entry) -> LogLine:
    """An entry without names."""
    return LogLine(
        entry.id, DONE[entry.verb], entry.reason, role_of(tx, place, entry), entry.created_at
    )


def role_of(tx: Tx, place: Actor, entry: Entry) -> str:
    """What whoever did it is there now; of a community elsewhere that is not told."""
    by = actor_by_iri(tx, entry.by_iri)
    if by is not None and place.local and place.is_group:
        standing = standing_of(tx, place.id, by.id)
        if standing.role in ROLES:
            return ROLES[standing.role]
        if standing.looks_after_node:
            return "somebody who looks after this whole place"
    return "somebody who looks after it"
