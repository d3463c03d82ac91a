"""How patiently we ask to follow, when records are compared, and who may move. Pure."""

from collections.abc import Sequence

from federation.signatures.claim import AGE_S_MAX, AHEAD_S_MAX
from node.base.errors import Invalid, NotAllowed

HOUR_S = 3_600
DAY_S = 24 * HOUR_S
ASK_AGAIN_AFTER_S = (HOUR_S, DAY_S, 7 * DAY_S)
"""How long after the first asking a follow is asked for again, while nobody answers (T122)."""

LIST_EVERY_S = HOUR_S // 2
QUIET_S = 20 * HOUR_S

ALIASES_MAX = 10
MOVE_EVERY_S = 30 * DAY_S
ASK_ANEW_AFTER_S = 7 * DAY_S
SIGNATURE_S_MAX = AGE_S_MAX + AHEAD_S_MAX
"""How long what somebody captured could be sent again with the signature that it has."""


SHOWS_ALL = frozenset(("kbin", "mbin"))
KEEPS_NOTHING_TO_ITSELF = (
    "The software of that place cannot keep to members what is said in a closed community."
)


def can_keep_quiet(software: str) -> bool:
    """Whether what another node runs keeps to its members what is said in a closed community.

    Source: Lemmy 1.0, which refuses followers from kbin and Mbin.
    """
    return software.lower() not in SHOWS_ALL


def what_it_can(software: str) -> str:
    """What a node that runs this does with what is said in a closed community, in plain words."""
    if software == "hedgerow":
        return "It shows this community to its members alone, and removes it all when they leave."
    if software == "lemmy":
        return (
            "It keeps this community to people of its own who belong to it. It does not say whether"
            " it removes anything when they leave."
        )
    if not software:
        return "It did not say what it runs, so nobody here knows what it does with what it gets."
    return "It may take what it gets for posts to followers, and never say what it removed."


def next_ask_at(created_at: int, asks: int) -> int | None:
    """When to ask again for what was asked for `asks` times since `created_at`; None for never."""
    return created_at + ASK_AGAIN_AFTER_S[asks - 1] if asks <= len(ASK_AGAIN_AFTER_S) else None


def is_unanswered(state: str, asks: int) -> bool:
    """Whether the other side was asked as often as we ask, and has not answered."""
    return state == "pending" and asks > len(ASK_AGAIN_AFTER_S)


def asks_too_soon(state: str, decided_at: int | None, now: int) -> bool:
    """Whether somebody was refused by a community less than a week ago."""
    return state == "refused" and decided_at is not None and now < decided_at + ASK_ANEW_AFTER_S


def is_list_wanted(*, heard: str, ours: str, heard_at: int, now: int, is_followed: bool) -> bool:
    """Whether an actor's list of followers is worth asking for.

    It is where the digest that was heard is not that of our own record; and where somebody here
    follows an actor who has said nothing of it for most of a day, for one whose last follower
    here was removed says nothing more.
    """
    return heard != ours or (is_followed and now - heard_at >= QUIET_S)


def next_list_at(fetched_at: int | None, now: int) -> int:
    """The earliest time at which an actor's list may be asked for: twice an hour at most."""
    return now if fetched_at is None else max(now, fetched_at + LIST_EVERY_S)


def check_aliases(aliases: Sequence[str]) -> None:
    """Raise Invalid if somebody has more old addresses than one may have."""
    if len(aliases) > ALIASES_MAX:
        raise Invalid(f"You can name at most {ALIASES_MAX} old addresses.")


def check_may_move(*, is_named: bool, moved_at: int | None, now: int) -> None:
    """Raise NotAllowed unless an actor may move to an address that names it, or not, now (T25)."""
    if not is_named:
        raise NotAllowed(
            "The new address does not say that it is yours. "
            "Add this address there as an old one of yours, then try again."
        )
    if moved_at is not None and now - moved_at < MOVE_EVERY_S:
        raise NotAllowed("One can move once in 30 days.")
