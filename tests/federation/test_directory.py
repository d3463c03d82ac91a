"""A node's list of its communities, written and read."""

import pytest

from federation.documents.directory import (
    COMMUNITIES_MAX,
    Directory,
    ListedCommunity,
    read_directory,
    render_directory,
)
from federation.errors import Malformed

OWNER = "https://hill.example/actor"
AT = f"{OWNER}/communities"
NOW = 1_800_000_000
WALKERS = ListedCommunity("https://hill.example/communities/walkers", "walkers", "Walkers", "Go")


def rendered(*communities, **changes):
    return render_directory(AT, OWNER, communities or (WALKERS,), NOW) | changes


def test_what_is_written_is_what_is_read():
    assert read_directory(rendered(), AT) == Directory(AT, OWNER, NOW, (WALKERS,))


@pytest.mark.threat("T16")
def test_communities_of_other_places_are_left_out():
    others = ListedCommunity("https://moor.example/communities/x", "x", "X", "")

    assert read_directory(rendered(WALKERS, others), AT).communities == (WALKERS,)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://moor.example/actor/communities"},
        {"attributedTo": "https://moor.example/actor"},
        {"attributedTo": None},
        {"updated": "yesterday"},
        {"type": "Note"},
    ],
)
def test_a_list_says_where_it_is_whose_it_is_and_of_when(changes):
    with pytest.raises(Malformed):
        read_directory(rendered(**changes), AT)


@pytest.mark.parametrize("value", [None, [], "text", {"type": "OrderedCollection"}])
def test_what_is_no_list_is_refused(value):
    with pytest.raises(Malformed):
        read_directory(value, AT)


def test_two_hundred_communities_are_read():
    many = [
        ListedCommunity(f"https://hill.example/communities/c{n}", f"c{n}", "C", "")
        for n in range(COMMUNITIES_MAX + 50)
    ]

    assert len(read_directory(rendered(*many), AT).communities) == COMMUNITIES_MAX
