"""What an organisation keeps out of: it publishes, and answers what it is asked. Pure.

It follows no person, writes to nobody first, and does not learn who reads. The same rules are asked
of our own organisations and of those of other nodes, whose own node may have been tampered with.
What it keeps out of in communities, `rules.may` says.
"""

from collections.abc import Collection

from node.base.errors import NotAllowed

CLINIC = "Organization"
PERSON = "Person"
FOLLOWS_NOBODY = "An organisation follows communities and other organisations, and no person."
WRITES_FIRST = (
    "An organisation answers those who write to it, and writes to nobody first. Leave out whom you"
    " named, or answer what they wrote to you."
)
UNTOLD = ("follow", "follow_request", "favourite", "reblog")
"""Of what an organisation is not told: who reads it, and who liked what."""

COUNTED_FROM = 5


def count_told(reader_kind: str, count: int) -> int:
    """How many a reader is told did something with a post: an organisation of fewer than five,
    none."""
    return 0 if reader_kind == CLINIC and count < COUNTED_FROM else count


def check_may_follow(follower_kind: str, followed_kind: str) -> None:
    """Raise NotAllowed for an organisation that would follow a person."""
    if follower_kind == CLINIC and followed_kind == PERSON:
        raise NotAllowed(FOLLOWS_NOBODY)


def check_may_write_to(
    author_kind: str, people: Collection[int], asked_by: int | None, *, is_direct: bool
) -> None:
    """Raise NotAllowed for an organisation that writes to people (by their ids) who did not ask.

    `asked_by` is who wrote what it answers; a message to single people is always such an answer.
    """
    if author_kind != CLINIC:
        return
    if any(one != asked_by for one in people) or (is_direct and asked_by is None):
        raise NotAllowed(WRITES_FIRST)
