"""Who else asks the client API: an organisation of this node."""

import pytest

from node.topics.accounts.actions import create_account
from node.topics.actors.store import actor_by_id
from tests.neighbours import KEYS, NOW, ORIGIN
from tests.node.house import Caller, House


@pytest.fixture
async def clinic(house: House) -> Caller:
    """The clinic of Mill Road, with an app that may do everything."""
    account = await house.do(
        create_account,
        origin=ORIGIN,
        name="millroad",
        email=None,
        password_hash=None,
        role="clinic",
        keys=KEYS,
        now=NOW,
    )
    actor = await house.do(actor_by_id, account.actor_id)
    return await house.with_token(
        Caller(house.client, None, actor, account), "read write follow push profile"
    )
