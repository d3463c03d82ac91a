"""What the commands about who asks to join a community do and print."""

from pathlib import Path

import pytest

from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Invalid, NotFound
from node.cli import community_requests as requests
from node.cli.context import CommandContext
from node.peers.policy_cache import open_policy_cache
from node.topics.actors.store import actor_by_iri
from node.topics.communities.join_requests import request_of
from node.topics.communities.store import membership
from node.topics.members.actions import follow_only, join
from node.topics.members.store import follow_between
from node.topics.permissions.rules import Role
from tests.neighbours import NOW, ORIGIN, add_group
from tests.node.cli.test_communities import fill

TURN_AWAY = {"name": "walkers", "handle": "ben", "by": "ann", "reason": "We are full."}


def gather(tx):
    """Ann lets people into her walkers by hand; ben follows them."""
    fill(tx)
    ann, ben = (actor_by_iri(tx, f"{ORIGIN}/people/{name}") for name in ("ann", "ben"))
    walkers = add_group(tx, "walkers", ann, joining="approval")
    follow_only(tx, ben, walkers, NOW)
    return walkers, ben


@pytest.fixture
async def scene(database):
    walkers, ben = await database.write(gather)
    config = Config(node=NodeSettings(url=ORIGIN), data=Path())
    peers = await open_policy_cache(config, database)
    return CommandContext(config, database, FakeClock(NOW), peers), walkers, ben


@pytest.mark.feature("C04")
async def test_who_is_turned_away_and_followed_a_public_community_goes_on_following_it(scene):
    context, walkers, ben = scene
    await context.db.write(join, ben, walkers, NOW)

    printed = await requests.turn_away_task(context, TURN_AWAY)

    asked = await context.db.read(request_of, walkers.id, ben.id)
    assert printed == "ben@group.example was told no."
    assert (asked.state, asked.reason) == ("refused", "We are full.")
    assert (await context.db.read(follow_between, ben.id, walkers.id)).is_accepted
    with pytest.raises(NotFound):
        await requests.turn_away_task(context, TURN_AWAY)


@pytest.mark.feature("C04")
async def test_who_is_turned_away_is_told_why(scene):
    context, walkers, ben = scene
    await context.db.write(join, ben, walkers, NOW)

    with pytest.raises(Invalid):
        await requests.turn_away_task(context, TURN_AWAY | {"reason": " "})

    assert (await context.db.read(request_of, walkers.id, ben.id)).waits


async def test_a_member_who_is_turned_away_is_let_go(scene):
    context, walkers, ben = scene
    await context.db.write(join, ben, walkers, NOW)
    await requests.let_in_task(
        context, {"name": "walkers", "handle": "ben", "by": "ann", "confirm": False}
    )

    printed = await requests.turn_away_task(context, TURN_AWAY | {"reason": ""})

    assert printed == "ben@group.example is a member of walkers no longer."
    assert (await context.db.read(membership, walkers.id, ben.id)).role is Role.NOBODY
