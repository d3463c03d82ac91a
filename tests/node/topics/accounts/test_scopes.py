"""What a token may be for."""

import pytest

from node.topics.accounts.scopes import are_scopes, covers, covers_all


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("read", "read:statuses"),
        ("read:statuses", "read:statuses"),
        ("write:media", "write:media"),
        ("follow", "write:follows"),
        ("follow", "read:blocks"),
        ("profile", "profile"),
    ],
)
def test_the_whole_holds_its_parts(held, wanted):
    assert covers(frozenset([held]), wanted)


@pytest.mark.threat("T78")
@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("read:statuses", "read"),
        ("read:statuses", "read:accounts"),
        ("read", "write:statuses"),
        ("follow", "write:statuses"),
        ("read", "profile"),
        ("profile", "read:accounts"),
        ("push", "read"),
        ("", "read"),
    ],
)
def test_a_part_holds_neither_the_whole_nor_another(held, wanted):
    assert not covers(frozenset(held.split()), wanted)


def test_scopes_in_one_text_hold_those_in_another():
    assert covers_all("read write:media", "read:lists write:media")
    assert not covers_all("read write:media", "read write")


@pytest.mark.parametrize("text", ["read", "read write follow push profile", "write:reports read"])
def test_scopes_that_there_are(text):
    assert are_scopes(text)


@pytest.mark.threat("T57")
@pytest.mark.parametrize(
    "text", ["", " ", "admin:read", "read:x", "READ", "read,write", "read " * 300]
)
def test_scopes_that_there_are_not(text):
    assert not are_scopes(text)
