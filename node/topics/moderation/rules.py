"""Whose word counts about a community, and whom those who look after it may act on. Pure."""

from dataclasses import dataclass

from node.base.errors import Invalid, NotAllowed
from node.topics.permissions.rules import Role, Standing, moderates

REASON_CHARACTERS_MAX = 500
DAYS_MAX = 3_650
FOR_EVER = 253_402_300_799
"""The end of the year 9999: the end of a ban without one."""


NOBODY = Standing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who says that something was done in a community, and to whom they said it.

    `standing` is what the one who did it is to the community, if they told us themselves.
    `is_groups_word` means that the community itself passed it on; `is_at_home`, that one who lives
    where the community does told us themselves.
    """

    is_ours: bool
    standing: Standing = NOBODY
    is_groups_word: bool = False
    is_at_home: bool = False


def is_believed(claim: Claim) -> bool:
    """Whether something counts as done: the home of a community is its only authority (T109).

    For a community of ours that is who looks after it, here or elsewhere, and nobody who only
    passes on that they did. For one elsewhere it is the community, or one of its own node (T24).
    """
    if claim.is_ours:
        return moderates(claim.standing)
    return claim.is_groups_word or claim.is_at_home


def check_may_moderate(standing: Standing) -> None:
    """Raise NotAllowed unless somebody looks after the community."""
    if not moderates(standing):
        raise NotAllowed("Only those who look after this community can do that.")


def check_may_act_on(mine: Standing, theirs: Standing) -> None:
    """Raise NotAllowed unless one may ban another or take their role.

    Nobody acts on their equals but those who look after the node.
    """
    check_may_moderate(mine)
    if theirs.role >= mine.role and not mine.looks_after_node:
        raise NotAllowed("They look after this community as well. Ask who looks after the node.")


def check_reason(reason: str) -> None:
    """Raise Invalid for a reason that is too long."""
    if len(reason) > REASON_CHARACTERS_MAX or "\x00" in reason:
        raise Invalid(f"A reason has at most {REASON_CHARACTERS_MAX} characters.")


def end_of_ban(days: int | None, now: int) -> int:
    """When a ban of so many days ends; None is for ever.

    Raises:
        Invalid: that is no number of days.
    """
    if days is None:
        return FOR_EVER
    if not 1 <= days <= DAYS_MAX:
        raise Invalid(f"A ban lasts 1 to {DAYS_MAX} days, or has no end.")
    return now + days * 86_400


def role_meant(relationship: str) -> Role | None:
    """What an affiliation means here (FEP-5219); None for one that we do not know."""
    return {
        "admin": Role.ORGANISER,
        "moderator": Role.MODERATOR,
        "member": Role.MEMBER,
        "outcast": Role.NOBODY,
    }.get(relationship)
