"""What commands do with another name of somebody, and that none says whose it is."""

from pathlib import Path

import pytest

from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Refused
from node.cli import accounts
from node.cli.context import CommandContext
from node.peers.policy_cache import open_policy_cache
from node.topics.actors.store import actor_by_id
from tests.neighbours import NOW, ORIGIN
from tests.node.topics.pseudonyms.conftest import make_world

pytestmark = [pytest.mark.feature("C10"), pytest.mark.threat("T88")]
BIRCH = {"name": "birch"}


def fill(tx):
    return make_world(tx).join("birch").id


@pytest.fixture
async def world(database):
    """A node where rose is birch as well, and the number of birch."""
    config = Config(node=NodeSettings(url=ORIGIN), data=Path())
    birch_id = await database.write(fill)
    peers = await open_policy_cache(config, database)
    return CommandContext(config, database, FakeClock(NOW), peers), birch_id


async def test_a_list_of_accounts_holds_no_other_names(world):
    context, _ = world

    for as_json in (False, True):
        printed = await accounts.list_accounts_task(context, {"json": as_json})
        assert "rose" in printed
        assert "birch" not in printed


async def test_another_name_is_suspended_and_let_go_on_without_a_word_of_whose_it_is(world):
    context, birch_id = world

    printed = await accounts.suspend_task(context, BIRCH)
    hidden = await context.db.read(actor_by_id, birch_id)
    printed += await accounts.unsuspend_task(context, BIRCH)

    assert hidden is None
    assert await context.db.read(actor_by_id, birch_id) is not None
    assert "rose" not in printed
    assert "rose" in await accounts.list_accounts_task(context, {"json": False})


@pytest.mark.threat("T88")
async def test_what_is_said_of_a_name_that_goes_on_is_the_same_however_it_is_with_its_owner(world):
    context, birch_id = world
    await accounts.suspend_task(context, BIRCH)
    while_in = await accounts.unsuspend_task(context, BIRCH)
    await accounts.suspend_task(context, BIRCH)
    await accounts.suspend_task(context, {"name": "rose"})
    while_out = await accounts.unsuspend_task(context, BIRCH)

    assert while_in == while_out == "birch is stopped no longer."
    assert await context.db.read(actor_by_id, birch_id) is None


async def test_another_name_is_deleted_and_its_owner_stays(world):
    context, birch_id = world

    printed = await accounts.delete_task(context, BIRCH)

    assert await context.db.read(actor_by_id, birch_id) is None
    assert "rose" not in printed
    assert "rose" in await accounts.list_accounts_task(context, {"json": False})


async def test_what_is_done_to_an_account_says_nothing_of_its_names(world):
    context, _ = world

    printed = await accounts.suspend_task(context, {"name": "rose"})
    printed += await accounts.unsuspend_task(context, {"name": "rose"})
    printed += await accounts.delete_task(context, {"name": "rose"})

    assert "birch" not in printed.lower()
    assert "Walkers" not in printed


async def test_to_sign_in_and_for_apps_another_name_is_nobody(world):
    context, _ = world

    for task, values in (
        (accounts.replace_password_task, {"password": "a long walk on sunday"}),
        (accounts.create_token_task, {"scopes": "read"}),
    ):
        with pytest.raises(Refused, match="Nobody here is called birch"):
            await task(context, BIRCH | values)
