"""Apps are let in with Chromium, as on a phone: the form leads back to each app's own address."""

import os
import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, async_playwright

from tests.mirror.neighbour import PASSWORD, Neighbour, neighbour

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

PAGE_MS = 8_000
ADDRESSES = [
    "oauth2redirect://com.keylesspalace.tusky/",
    "icecubesapp://",
    "mastodon-android-auth://callback",
    "mastodon://joinmastodon.org/oauth",
    "com.tapbots.Ivory.10217:/request_token",
    "fedilab://backtofedilab",
    "oauth2redirect://app.pachli/",
    "megalodon-android-auth://callback",
    "subwaytooter://oauth/",
    "mona-app://oauth",
    "toot://oauth",
    "metatext://oauth.callback",
]
"""What phone apps register; the last parts of some are made up, their forms are not."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hill(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Neighbour]:
    place = neighbour(tmp_path_factory.mktemp("browser") / "hill")
    await place.make("ann")
    await place.start()
    yield place
    await place.end()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def signed_in(hill: Neighbour) -> AsyncIterator[BrowserContext]:
    """ann's browser, where she is signed in."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        context = await browser.new_context()
        context.set_default_timeout(PAGE_MS)
        one = await context.new_page()
        await one.goto(f"{hill.url}/sign-in")
        await one.fill("input[name=name]", "ann")
        await one.fill("input[name=password]", PASSWORD)
        await one.click("main button")
        await one.wait_for_url(f"{hill.url}/")
        yield context
        await browser.close()


@pytest.mark.parametrize("uri", ADDRESSES)
async def test_an_app_is_led_back_to_where_its_phone_hands_the_code_to_it(hill, signed_in, uri):
    said: list[str] = []
    page = await signed_in.new_page()
    page.on("console", lambda message: said.append(message.text))
    await page.goto(f"{hill.url}/oauth/authorize?{urlencode(await registered(hill, uri))}")

    async with page.expect_response("**/oauth/authorize") as answered:
        await page.click("button[value=yes]")
    location = (await (await answered.value).all_headers())["location"]
    await page.wait_for_timeout(300)

    assert location.startswith(f"{uri}?code=")
    await page.close()
    assert [one for one in said if "Content Security Policy" in one] == []


async def registered(hill: Neighbour, uri: str) -> dict[str, str]:
    """What an app asks with that registered that address."""
    form = {"client_name": "Walker", "redirect_uris": uri, "scopes": "read write follow push"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{hill.url}/api/v1/apps", data=form) as reply,
    ):
        app = await reply.json()
    return {
        "client_id": app["client_id"],
        "redirect_uri": uri,
        "response_type": "code",
        "scope": "read write follow push",
    }
