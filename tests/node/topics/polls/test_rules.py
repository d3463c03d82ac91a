"""Who may choose what in a poll, and what a vote counts."""

import pytest

from node.base.errors import Invalid
from node.topics.polls.rules import check_ballot, counted, may_count
from node.topics.posts.parts import Choice, Poll

NOW = 1_000
ONE = Poll((Choice("Friday", 2), Choice("Sunday", 0)), is_multiple=False, ends_at=2_000, voters=2)
SEVERAL = Poll(ONE.choices, is_multiple=True, ends_at=2_000, voters=2)


@pytest.mark.parametrize(
    ("poll", "choices", "earlier", "is_author", "now", "sentence"),
    [
        (ONE, [0], [], True, NOW, "You cannot vote in a poll of your own."),
        (ONE, [0], [], False, 2_000, "This poll is over."),
        (ONE, [0], [1], False, NOW, "You have voted in this poll."),
        (SEVERAL, [0], [1], False, NOW, "You have voted in this poll."),
        (ONE, [], [], False, NOW, "Choose something first."),
        (ONE, [2], [], False, NOW, "That is not one of the choices."),
        (ONE, [-1], [], False, NOW, "That is not one of the choices."),
        (ONE, [0, 1], [], False, NOW, "Choose one of them only."),
    ],
)
def test_a_ballot_that_cannot_be_is_refused_with_a_sentence(
    poll, choices, earlier, is_author, now, sentence
):
    assert refusal(poll, choices, earlier, is_author=is_author, now=now) == sentence


@pytest.mark.parametrize(("poll", "choices"), [(ONE, [1]), (ONE, [1, 1]), (SEVERAL, [0, 1])])
def test_a_ballot_in_time_is_taken(poll, choices):
    assert refusal(poll, choices, [], is_author=False, now=1_999) is None


def refusal(poll, choices, earlier, **rest):
    """What is said to whoever chooses that; None where their ballot is taken."""
    try:
        check_ballot(poll, choices, earlier, **rest)
    except Invalid as error:
        return error.sentence
    return None


def test_a_poll_that_was_closed_early_is_over():
    assert Poll(ONE.choices, is_multiple=False, closed_at=10).is_over(11)


def test_a_poll_without_an_end_goes_on():
    assert not Poll(ONE.choices, is_multiple=False).is_over(2**40)


@pytest.mark.parametrize(
    ("poll", "choice", "earlier", "now", "expected"),
    [
        (ONE, 0, [], NOW, True),
        (ONE, 0, [1], NOW, False),
        (SEVERAL, 0, [1], NOW, True),
        (SEVERAL, 0, [0], NOW, False),
        (SEVERAL, 0, [], 2_000, False),
    ],
)
def test_votes_of_other_nodes_count_one_by_one(poll, choice, earlier, now, expected):
    assert may_count(poll, choice, earlier, now) is expected


def test_a_ballot_counts_each_choice_once_and_its_voter_once():
    after = counted(SEVERAL, [1, 1, 0], is_new_voter=True)

    assert [one.votes for one in after.choices] == [3, 1]
    assert after.voters == 3


def test_a_further_choice_counts_no_further_voter():
    assert counted(SEVERAL, [1], is_new_voter=False).voters == 2


def test_where_voters_are_not_counted_they_stay_uncounted():
    assert counted(Poll(ONE.choices, is_multiple=False), [0], is_new_voter=True).voters is None
