"""Who may choose what in a poll. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from federation import documents
from node.base.errors import Invalid
from node.base.markup import plain_text
from node.topics.posts.parts import Choice, Poll


def check_ballot(
    poll: Poll, choices: Sequence[int], earlier: Sequence[int], *, is_author: bool, now: int
) -> None:
    """Raise Invalid unless somebody who chose `earlier` may choose `choices` (places from 0)."""
    if is_author:
        raise Invalid("You cannot vote in a poll of your own.")
    if poll.is_over(now):
        raise Invalid("This poll is over.")
    if earlier:
        raise Invalid("You have voted in this poll.")
    if not choices:
        raise Invalid("Choose something first.")
    if any(not 0 <= one < len(poll.choices) for one in choices):
        raise Invalid("That is not one of the choices.")
    if len(set(choices)) > 1 and not poll.is_multiple:
        raise Invalid("Choose one of them only.")


def may_count(poll: Poll, choice: int, earlier: Sequence[int], now: int) -> bool:
    """Whether one vote that another node sent counts: each comes in a message of its own."""
    return not poll.is_over(now) and choice not in earlier and (poll.is_multiple or not earlier)


def counted(poll: Poll, choices: Sequence[int], *, is_new_voter: bool) -> Poll:
    """The poll with those choices counted once more each; who counts no voters goes on so."""
    numbers = set(choices)
    return replace(
        poll,
        choices=tuple(
            Choice(one.name, one.votes + (place in numbers))
            for place, one in enumerate(poll.choices)
        ),
        voters=poll.voters + 1 if is_new_voter and poll.voters is not None else poll.voters,
    )


def is_vote(document: documents.Post) -> bool:
    """Whether this is a vote in a poll: a name and no words, in answer to the question.

    GoToSocial and snac write a line break where nothing is said.
    """
    is_named = bool(document.title and document.in_reply_to)
    return is_named and not plain_text(document.content).strip()


def is_ballot(document: documents.Post, names: Sequence[str]) -> bool:
    """Whether this is a vote in a poll whose choices are `names`, with words or without them.

    What has words and is for everybody to read is an answer, even if it is named like a choice.
    """
    if is_vote(document):
        return True
    is_open = documents.PUBLIC in (*document.to, *document.cc)
    return bool(document.in_reply_to) and document.title in names and not is_open
