"""Pages are asked for by a browser, of the node that the client API's tests have."""

import pytest

from node.topics.accounts.passwords import hash_password_now
from tests.node.browser import Browser
from tests.node.house import House

PASSWORD = "a long walk on sunday"
HASH = hash_password_now(PASSWORD)


@pytest.fixture
async def ann(house: House) -> Browser:
    """The browser of ann, who is signed in."""
    await house.person("ann", password_hash=HASH)
    browser = Browser(house.client)
    await browser.sign_in("ann", PASSWORD)
    return browser
