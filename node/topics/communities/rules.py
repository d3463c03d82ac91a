"""What a community of ours may be, and who is in at once who joins it."""

from node.base.errors import Invalid
from node.topics.permissions.rules import DOORS, Place, Who

TITLE_CHARACTERS_MAX = 100
JOININGS = ("open", "approval", "invite")
POSTINGS = ("anyone", "members", "moderators")


def check_community(title: str, door: str, joining: str, posting: str) -> None:
    """Raise Invalid unless a community may be like this."""
    if not 0 < len(title.strip()) <= TITLE_CHARACTERS_MAX:
        raise Invalid(f"A community's title has 1 to {TITLE_CHARACTERS_MAX} characters.")
    if door not in DOORS:
        raise Invalid(f"A community is one of: {', '.join(DOORS)}.")
    if joining not in JOININGS:
        raise Invalid(f"Joining is one of: {', '.join(JOININGS)}.")
    if posting not in POSTINGS:
        raise Invalid(f"Posting is for one of: {', '.join(POSTINGS)}.")


def enters_at_once(place: Place, who: Who) -> bool:
    """Whether somebody who may join is in at once: of people of other nodes, who bring a copy of
    all that is said to their home, an organiser decides unless everybody may read."""
    if who.is_invited:
        return True
    return place.joining == "open" and (who.is_here or place.door == "public")
