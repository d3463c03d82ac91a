"""Who may make another name, where it acts, and when others hear of what becomes of it. Pure."""

from node.base.errors import NotAllowed

DAY_S = 24 * 3_600
NAMES_MAX = 10
NO_NAMES_S = 30 * DAY_S
"""How long somebody makes no other name after one of theirs was stopped."""

SPREAD_S = 3 * DAY_S
"""Within how long other nodes hear of what becomes of all names of one person, each by itself."""

IN_AS_ANOTHER = "You are in this community under another name of yours. Go on under that one."
IN_ALREADY = "You are in this community already, or ask to join it. Leave it first."
AS_ANOTHER = "You have done that under another name of yours. It counts once."
NO_MORE = f"You have {NAMES_MAX} other names. End one that you do not need, on the page Your names."
STOPPED = (
    "Those who look after this place have stopped a name of yours. You can make another one a month"
    " after that."
)
ORGANISATION = "An organisation speaks under its own name."
OWN_NAME_FIRST = "This belongs to your own name. Go back to that first."


def check_may_make(standing: int, no_names_until: int | None, now: int, *, is_person: bool) -> None:
    """Raise NotAllowed unless somebody with so many other names may make one more at `now`."""
    if not is_person:
        raise NotAllowed(ORGANISATION)
    if no_names_until is not None and now < no_names_until:
        raise NotAllowed(STOPPED)
    if standing >= NAMES_MAX:
        raise NotAllowed(NO_MORE)


def alone_in(name: str, community: str) -> str:
    """Why a name does nothing elsewhere."""
    return f"{name} is your name in {community} alone. Go back to your own name for this."


def told_at(now: int, chance: float) -> int:
    """When others hear of one of a person's names; `chance` is at least 0 and less than 1."""
    return now + 60 + int(chance * (SPREAD_S - 60))
