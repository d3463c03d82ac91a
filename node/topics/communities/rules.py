"""What a community of ours may be, and who may do what in it."""

from dataclasses import dataclass
from enum import IntEnum

from node.base.errors import Invalid, NotAllowed

TITLE_CHARACTERS_MAX = 100
JOININGS = ("open", "approval", "invite")
VISIBILITIES = ("public", "closed", "node", "hidden")


class Role(IntEnum):
    """What somebody is to a community, the least first."""

    NOBODY = 0
    MEMBER = 1
    MODERATOR = 2
    ORGANISER = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to a community of ours, and whether they look after the whole node."""

    role: Role = Role.NOBODY
    looks_after_node: bool = False


LEAST_ROLE = {
    "anyone": Role.NOBODY,
    "members": Role.MEMBER,
    "moderators": Role.MODERATOR,
}


def check_community(title: str, visibility: str, joining: str) -> None:
    """Raise Invalid unless a community may be made like this."""
    if not 0 < len(title.strip()) <= TITLE_CHARACTERS_MAX:
        raise Invalid(f"A community's title has 1 to {TITLE_CHARACTERS_MAX} characters.")
    if visibility not in VISIBILITIES:
        raise Invalid(f"A community is one of: {', '.join(VISIBILITIES)}.")
    if visibility != "public":
        raise Invalid(f"A {visibility} community cannot be made yet, only a public one.")
    if joining not in JOININGS:
        raise Invalid(f"Joining is one of: {', '.join(JOININGS)}.")


def may_moderate(standing: Standing) -> bool:
    """Whether somebody looks after a community of ours; they may live on another node."""
    return standing.role >= Role.MODERATOR or standing.looks_after_node


def check_not_banned(banned_until: int | None, now: int) -> None:
    """Raise NotAllowed for somebody who is banned from a community at `now`."""
    if banned_until is not None and now < banned_until:
        raise NotAllowed("This community has shut you out for now.")


def check_may_post(role: Role, posting: str, banned_until: int | None, now: int) -> None:
    """Raise NotAllowed unless somebody with `role` may post under `posting` at `now`."""
    check_not_banned(banned_until, now)
    if role < LEAST_ROLE[posting]:
        raise NotAllowed(f"Posting here is for {posting} only.")
