"""The choices of a Question: read from JSON and rendered to it (ActivityStreams vocabulary)."""

from dataclasses import dataclass
from typing import Any

from federation.documents.shapes import (
    Json,
    instant_of,
    kind_of,
    many,
    number_of,
    one,
    render_instant,
    text_of,
    without_nothing,
)

CHOICES_READ_MAX = 500


@dataclass(frozen=True, slots=True)
class PollOption:
    """One thing that can be chosen, and how many chose it, as far as the origin says."""

    name: str
    votes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """The choices of a Question; instants in seconds."""

    options: tuple[PollOption, ...]
    multiple: bool
    ends_at: int | None = None
    closed_at: int | None = None
    voters: int | None = None


def read_poll(value: Json) -> Poll | None:
    """The choices of a Question: `anyOf` may be chosen together, `oneOf` exclude each other.

    None for anything else. At most 500 choices are read.
    """
    listed = many(value.get("oneOf")) or many(value.get("anyOf"))
    if kind_of(value) != "Question" or not listed:
        return None
    options = [each for each in listed if isinstance(each, dict) and text_of(each.get("name"))]
    closed = value.get("closed")
    return Poll(
        options=tuple(
            PollOption(text_of(each.get("name")) or "", votes_for(each))
            for each in options[:CHOICES_READ_MAX]
        ),
        multiple=bool(value.get("anyOf")),
        ends_at=instant_of(value.get("endTime")),
        closed_at=instant_of(closed) if isinstance(closed, str) else None,
        voters=number_of(value.get("votersCount")),
    )


def votes_for(option: Json) -> int:
    replies = one(option.get("replies"))
    return (number_of(replies.get("totalItems")) or 0) if isinstance(replies, dict) else 0


def render_poll(poll: Poll) -> dict[str, Any]:
    """The members of a Question that say what can be chosen, until when, and what was."""
    options = [
        {
            "type": "Note",
            "name": each.name,
            "replies": {"type": "Collection", "totalItems": each.votes},
        }
        for each in poll.options
    ]
    return without_nothing(
        {
            "anyOf" if poll.multiple else "oneOf": options,
            "endTime": render_instant(poll.ends_at) if poll.ends_at is not None else None,
            "closed": render_instant(poll.closed_at) if poll.closed_at is not None else None,
            "votersCount": poll.voters,
        }
    )
