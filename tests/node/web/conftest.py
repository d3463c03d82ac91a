"""Pages are asked for by a browser, of the node that the client API's tests have."""

import pytest

from node.topics.accounts.passwords import hash_password_now
from tests.node.api.browser import Browser
from tests.node.api.conftest import house, rosa, tilda
from tests.node.api.house import House

__all__ = ["house", "rosa", "tilda"]

PASSWORD = "a long walk on sunday"
HASH = hash_password_now(PASSWORD)


@pytest.fixture
def visitor(house: House) -> Browser:
    """The browser of somebody who is not signed in."""
    return Browser(house.client)


@pytest.fixture
async def ann(house: House) -> Browser:
    """The browser of ann, who is signed in."""
    await house.person("ann", password_hash=HASH)
    browser = Browser(house.client)
    await browser.sign_in("ann", PASSWORD)
    return browser
