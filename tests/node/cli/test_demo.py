"""The demonstration asks its nodes for what they make."""

import pytest

from node.cli.communities import create_for
from node.cli.demo_story import COMMUNITIES
from node.topics.accounts.actions import create_account
from tests.neighbours import KEYS, NOW, ORIGIN


@pytest.mark.parametrize("values", [one for several in COMMUNITIES.values() for one in several])
def test_the_communities_of_the_demonstration_are_made(tx, values):
    create_account(
        tx,
        origin=ORIGIN,
        name=values["organiser"],
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )

    assert create_for(tx, ORIGIN, values, KEYS, NOW).door == "public"
