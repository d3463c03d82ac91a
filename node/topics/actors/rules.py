"""Which names an actor of ours may have."""

import re

from node.base.errors import Invalid

NAME = re.compile(r"[a-z0-9_]{1,30}")
RESERVED = frozenset(
    """about actor admin administrator api everyone followers hedgerow help here host-meta inbox
    info mail moderator moderators nobody nodeinfo oauth organiser organisers postmaster public
    root security sign-in sign-out staff support system webmaster well-known www""".split()
)


def check_name(name: str) -> None:
    """Raise Invalid unless a person or community of ours may be called `name`."""
    if not NAME.fullmatch(name):
        raise Invalid(
            "A name has 1 to 30 small letters, digits or underscores, for example rose_lane."
        )
    if name in RESERVED:
        raise Invalid(f"The name {name} is kept for the node itself. Choose another.")
