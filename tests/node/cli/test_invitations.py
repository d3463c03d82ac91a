"""What the commands about invitations do and print."""

from pathlib import Path

import msgspec
import pytest

from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Refused
from node.cli.context import CommandContext
from node.cli.invitations import (
    create_invitation_task,
    list_invitations_task,
    revoke_invitation_task,
)
from node.peers.policy_cache import open_policy_cache
from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from node.topics.admissions.invitations import join_by_invitation
from tests.neighbours import KEYS, NOW, ORIGIN, add_group


def make(tx, name):
    account = create_account(
        tx,
        origin=ORIGIN,
        name=name,
        email=None,
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )
    return actor_by_id(tx, account.actor_id)


def fill(tx):
    add_group(tx, "walkers", make(tx, "ann"))
    return make(tx, "ben")


@pytest.fixture
async def context(database):
    config = Config(node=NodeSettings(url=ORIGIN), data=Path())
    peers = await open_policy_cache(config, database)
    return CommandContext(config, database, FakeClock(NOW), peers)


async def create(context, by, community="walkers"):
    values = {"community": community, "by": by, "uses": 20, "days": 14}
    return await create_invitation_task(context, values)


@pytest.mark.feature("C05")
async def test_a_link_is_printed_lets_somebody_in_stands_in_the_list_and_is_revoked(context):
    ben = await context.db.write(fill)

    link = await create(context, "ann")
    code = link.removeprefix(f"{ORIGIN}/invitation/")
    await context.db.write(join_by_invitation, code, ben, NOW)
    await create(context, "ben")

    lines = (
        await list_invitations_task(context, {"community": "walkers", "json": False})
    ).splitlines()
    assert "by ann  19 of 20 left, until 2027-01-29  came in: ben" in lines[0]
    assert lines[1].startswith("  ")
    assert "by ben  20 of 20 left" in lines[1]
    text = await list_invitations_task(context, {"community": "walkers", "json": True})
    (top,) = msgspec.json.decode(text)
    assert (top["by"], top["people"], top["below"][0]["by"]) == ("ann", ["ben"], "ben")

    said = await revoke_invitation_task(context, {"number": top["number"]})

    assert said == "2 invitations are revoked. Who is in stays in."
    text = await list_invitations_task(context, {"community": "walkers", "json": False})
    assert text.count("revoked") == 2


async def test_what_cannot_be_is_said_in_a_sentence(context):
    await context.db.write(fill)

    with pytest.raises(Refused, match="No community here is called never"):
        await create(context, "ann", "never")
    with pytest.raises(Refused, match="Nobody here is called nobody"):
        await create(context, "nobody")
    with pytest.raises(Refused, match="There is no invitation 7"):
        await revoke_invitation_task(context, {"number": 7})
    assert await list_invitations_task(context, {"community": "walkers", "json": False}) == (
        "There are none."
    )
