"""The buttons of a case on the desk: what each is called, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from node.base.errors import Invalid
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.publishing import appeal_deeds, desk_deeds, waiting_deeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button that was pressed, and what stood beside it; each button takes its own part of that.

    `days` None is for good.
    """

    deed: str
    reason: str = ""
    words: str = ""
    days: int | None = None
    with_replies: bool = False
    removes: bool = False


Deed = Callable[[Tx, Actor, int, Pressed, int], None]
DEEDS: Mapping[str, Deed] = {
    "leave": lambda tx, me, case_id, _, now: desk_deeds.leave(tx, me, case_id, now),
    "remove": lambda tx, me, case_id, pressed, now: desk_deeds.remove(
        tx, me, case_id, pressed.reason, now, with_replies=pressed.with_replies
    ),
    "warn": lambda tx, me, case_id, pressed, now: desk_deeds.warn(
        tx, me, case_id, pressed.words, now
    ),
    "shut_out": lambda tx, me, case_id, pressed, now: desk_deeds.shut_out(
        tx,
        me,
        case_id,
        now,
        reason=pressed.reason,
        days=pressed.days,
        removes=pressed.removes,
    ),
    "pass_on": lambda tx, me, case_id, _, now: desk_deeds.pass_on(tx, me, case_id, now),
    "take": lambda tx, me, case_id, _pressed, _now: desk_deeds.take(tx, me, case_id),
    "give_back": lambda tx, me, case_id, _pressed, _now: desk_deeds.give_back(tx, me, case_id),
    "grant": lambda tx, me, case_id, pressed, now: appeal_deeds.grant(
        tx, me, case_id, pressed.words, now
    ),
    "refuse": lambda tx, me, case_id, pressed, now: appeal_deeds.refuse(
        tx, me, case_id, pressed.words, now
    ),
    "let_through": lambda tx, me, case_id, _, now: waiting_deeds.let_through(tx, me, case_id, now),
    "refuse_post": lambda tx, me, case_id, pressed, now: waiting_deeds.refuse(
        tx, me, case_id, pressed.reason, now
    ),
    "note": lambda tx, me, case_id, pressed, now: desk_deeds.write_note(
        tx, me, case_id, pressed.words, now
    ),
}


def do_about_case(tx: Tx, me: Actor, case_id: int, pressed: Pressed, now: int) -> None:
    """Do what was pressed about a case on the desk of `me`.

    Raises:
        Invalid: that is no button.
        NotFound, NotAllowed, Conflict: as each deed says.
    """
    deed = DEEDS.get(pressed.deed)
    if deed is None:
        raise Invalid("Choose what to do.")
    deed(tx, me, case_id, pressed, now)
