"""What the commands about other nodes do and print, in a process of their own or in the node's."""

from pathlib import Path

import msgspec
import pytest

from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Invalid, NotFound
from node.cli.context import CommandContext
from node.cli.peers import (
    export_task,
    forget_task,
    import_task,
    list_task,
    set_policy_task,
    show_task,
)
from node.peers.policy_cache import open_policy_cache
from tests.neighbours import add_neighbour
from tests.peers.stub import NOW


@pytest.fixture
async def context(database):
    config = Config(node=NodeSettings(url="https://group.example"), data=Path())
    return CommandContext(
        config, database, FakeClock(NOW), await open_policy_cache(config, database)
    )


async def say(context, host, policy="blocked", reason=""):
    return await set_policy_task(context, {"host": host, "policy": policy, "reason": reason})


@pytest.mark.feature("F18")
async def test_a_block_says_what_it_reaches_and_the_running_node_knows_it_at_once(context):
    await context.db.write(add_neighbour, "mo", "https://bad.example")

    printed = await say(context, "Bad.Example")

    assert printed.splitlines()[0] == (
        "Before: 1 people known, 0 follows from here, 0 follows from there, "
        "0 messages waiting to go."
    )
    assert not context.peers.may_ask("www.bad.example")


async def test_a_host_is_forgotten_and_met_again(context):
    await say(context, "bad.example")

    await forget_task(context, {"host": "bad.example"})

    assert context.peers.may_ask("bad.example")
    with pytest.raises(NotFound):
        await forget_task(context, {"host": "bad.example"})


async def test_our_own_host_is_not_blocked(context):
    with pytest.raises(Invalid):
        await say(context, "example")


async def test_peers_are_listed_for_people_and_for_programs(context):
    await say(context, "bad.example", reason="spam")
    await say(context, "friend.example", "trusted")

    lines = await list_task(context, {"json": False})
    values = msgspec.json.decode(await list_task(context, {"json": True}))

    assert lines.splitlines() == ["blocked   bad.example  spam", "trusted   friend.example"]
    assert [(one["host"], one["policy"]) for one in values] == [
        ("bad.example", "blocked"),
        ("friend.example", "trusted"),
    ]


async def test_one_host_is_shown_with_what_it_follows_from(context):
    await say(context, "bad.example", reason="spam")

    assert (await show_task(context, {"host": "bad.example"})).splitlines()[:2] == [
        "bad.example is blocked.",
        "spam",
    ]
    assert (await show_task(context, {"host": "www.bad.example"})).splitlines()[:2] == [
        "www.bad.example is blocked.",
        "That follows from a domain above it.",
    ]


@pytest.mark.feature("F18")
async def test_a_list_is_tried_first_and_then_taken_over(context):
    text = "#domain,#severity\nbad.example,suspend\n"

    tried = await import_task(context, {"text": text, "dry_run": True})
    before = await list_task(context, {"json": False})
    done = await import_task(context, {"text": text, "dry_run": False})

    assert (tried.splitlines()[0], before) == ("bad.example would be blocked", "")
    assert done.splitlines()[0] == "bad.example is now blocked"
    assert (await export_task(context, {})).splitlines()[1:] == [
        "bad.example,suspend,TRUE,FALSE,,FALSE"
    ]
