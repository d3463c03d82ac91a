"""What an invitation may be, and what somebody who comes in is called. Pure."""

import re
import unicodedata

from node.base.errors import Invalid
from node.base.markup import one_line
from node.topics.permissions.rules import Place, Role

DAY_S = 24 * 3_600
USES_MAX, USES_USUAL = 100, 20
DAYS_MAX, DAYS_USUAL = 90, 14
OPEN_MAX = 20
"""How many invitations of one person into one community may be open at a time."""

SIGNED_CHARACTERS_MAX = 60
NAME_CHARACTERS_MAX = 60
REASON_CHARACTERS_MAX = 1_000
UNANSWERED_S = 72 * 3_600
"""After how long those who wait, and their organisers, are told that nobody has answered."""

STEM_CHARACTERS_MAX = 20
NAMELESS = "friend"


def check_invitation(uses: int, days: int, signed: str) -> None:
    """Raise Invalid unless an invitation may be like this."""
    if not 1 <= uses <= USES_MAX:
        raise Invalid(f"An invitation is for 1 to {USES_MAX} people.")
    if not 1 <= days <= DAYS_MAX:
        raise Invalid(f"An invitation is good for 1 to {DAYS_MAX} days.")
    if len(signed) > SIGNED_CHARACTERS_MAX:
        raise Invalid(f"What stands under an invitation has at most {SIGNED_CHARACTERS_MAX} signs.")


def is_let_in_at_once(place: Place, inviter: Role) -> bool:
    """Whether whoever comes by an invitation is in at once: where organisers let people in, only if
    one of those who look after the community has invited them."""
    return place.joining != "approval" or inviter >= Role.MODERATOR


def shown_name(typed: str) -> str:
    """What somebody wants to be called, in one line.

    Raises:
        Invalid: nothing of it can be seen, or it is too long.
    """
    name = one_line(typed)
    if not any(letter.isalnum() for letter in name):
        raise Invalid("Write a name, any name you like.")
    if len(name) > NAME_CHARACTERS_MAX:
        raise Invalid(f"A name has at most {NAME_CHARACTERS_MAX} characters.")
    return name


def account_name(shown: str, tail: str) -> str:
    """The name to sign in with: what is left of the name in plain letters, and a random tail.

    Each has a tail, so that nobody can learn by trying names who is here already (T70).
    """
    plain = unicodedata.normalize("NFKD", shown).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:STEM_CHARACTERS_MAX].rstrip("_")
    return f"{stem or NAMELESS}_{tail}"
