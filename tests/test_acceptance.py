"""What must be seen of the journeys of a friend's invitation (J2) and of a member of another node
(J3): each row below has a marked test that asks running nodes, of different names and ports.

A row may have tests of its parts elsewhere as well; those below `RUNNING` are counted here.
"""

from functools import cache

import pytest

from tests.source import ROOT
from tests.test_threats import marks_in

ROWS = {
    "J2.1": "From the link to the inside of a community: four taps, one typed word, a minute.",
    "J2.4": "Nothing of the community stands in what a stranger is shown of an invitation.",
    "J2.5": "Who is refused reads why and what next within a minute; who waits is not forgotten.",
    "J2.6": "The same link twice, on two phones, after signing in: no second account, no error.",
    "J2.7": "What is lost on the way between name and inside loses nothing and doubles nothing.",
    "J2.8": "Leave and take my things: a file that opens, nothing left, receipts of neighbours.",
    "J3.1": "From a poster to having asked at home: five taps, no address typed.",
    "J3.2": "From the yes to the first post: ten seconds; five hundred older ones: a minute.",
    "J3.3": "Before the yes and after the end her node is given nothing of what is said.",
    "J3.4": "Others of her node see nothing of it; of a hidden one not that it is there.",
    "J3.5": "An answer from a third node is on all three in ten seconds, in the same order.",
    "J3.6": "When its last member has gone a node removes all of it, and its receipt is shown.",
    "J3.7": "Public communities are followed, written in, edited, deleted, boosted from others.",
    "J3.8": "A refusal and its reason reach her at her own node.",
}
RUNNING = ("journeys", "mirror", "browser")
LATER = {"J2.7": "what is typed without a network is kept by pages that are not built yet"}
"""Of which rows a part is missing, and why."""


@cache
def marked() -> dict[str, list[str]]:
    """The tests between running nodes that carry a row, by that row."""
    found: dict[str, list[str]] = {}
    for folder in RUNNING:
        for path in sorted((ROOT / "tests" / folder).glob("test_*.py")):
            for row, name in marks_in(path.read_text(), "feature"):
                found.setdefault(row, []).append(f"{folder}/{path.name}::{name}")
    return found


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_a_marked_test_between_running_nodes(row):
    assert row in marked(), f"{row} has no test: {ROWS[row]}"


def test_what_is_missing_belongs_to_a_row_and_has_a_reason():
    assert set(LATER) <= set(ROWS)
    assert [row for row, why in LATER.items() if len(why.split()) < 4] == []
