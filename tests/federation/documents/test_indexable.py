"""Who lets others search what they write for everybody: who says so, and nobody else (FEP-5feb)."""

import pytest

from federation.documents.actor import read_actor

ROSE = {
    "id": "https://valley.example/people/rose",
    "type": "Person",
    "preferredUsername": "rose",
    "inbox": "https://valley.example/people/rose/inbox",
}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"indexable": True}, True),
        ({"indexable": False}, False),
        ({"indexable": "true"}, False),
        ({"indexable": 1}, False),
        ({}, False),
    ],
)
def test_silence_and_what_is_unclear_are_no(said, meant):
    assert read_actor(ROSE | said).indexable is meant
