"""Somebody who belongs to one node comes upon a page of another, and is led home by a browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.journeys.processes import FOR_ALL
from tests.mirror.neighbour import PASSWORD, Neighbour, neighbour

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

PAGE_MS = 20_000


@dataclass
class Two:
    """ann, her community walkers and a post of hers at hill; bea at vale."""

    hill: Neighbour
    vale: Neighbour
    post: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    folder = tmp_path_factory.mktemp("belonging")
    hill, vale = neighbour(folder / "hill"), neighbour(folder / "vale")
    await asyncio.gather(hill.make("ann"), vale.make("bea"))
    await hill.do(
        "community",
        "create",
        "walkers",
        *FOR_ALL,
        "--title",
        "Walkers",
        "--organiser",
        "ann",
    )
    try:
        await asyncio.gather(hill.start(), vale.start())
        said = await hill.say("ann", "Who comes to the hill?")
        yield Two(hill, vale, str(said["url"]))
    finally:
        await asyncio.gather(hill.end(), vale.end())


@pytest_asyncio.fixture(loop_scope="module")
async def bea(chromium: Browser, two: Two) -> AsyncIterator[BrowserContext]:
    """bea's browser, in which she is signed in at home."""
    context = await chromium.new_context(viewport={"width": 360, "height": 760})
    context.set_default_timeout(PAGE_MS)
    page = await context.new_page()
    await page.goto(f"{two.vale.url}/sign-in")
    await sign_in(page, two)
    await page.close()
    yield context
    await context.close()


async def sign_in(page: Page, two: Two) -> None:
    await page.fill("input[name=name]", "bea")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button")
    await page.wait_for_url(re.compile(f"^{re.escape(two.vale.url)}/(?!sign-in)"))


async def go_home(page: Page, two: Two, address: str, typed: str) -> None:
    """From a page of hill to the same thing at vale, as its visitors do it."""
    await page.goto(address)
    await page.click("summary:text('I already belong somewhere')")
    await page.fill("input[name=handle]", typed)
    await page.click("button:text('Take me there')")
    await expect(page.locator("h1")).to_have_text(f"You are leaving for {two.vale.host}")
    await page.click(f"a:text('Go to {two.vale.host}')")


@pytest.mark.parametrize("typed", ["whole address", "place alone"])
async def test_a_person_is_followed_from_home(two, bea, typed):
    page = await bea.new_page()
    said = two.vale.handle("bea") if typed == "whole address" else two.vale.host

    await go_home(page, two, f"{two.hill.url}/people/ann", said)
    await page.wait_for_url(f"{two.vale.url}/seen/people/*")
    shown = await page.inner_text("main")

    assert two.hill.handle("ann") in shown
    if typed == "whole address":
        await page.click("main button:text('Follow')")
        await expect(page.locator("main")).to_contain_text("asked to follow")


async def test_a_community_is_joined_from_home(two, bea):
    page = await bea.new_page()

    await go_home(page, two, f"{two.hill.url}/communities/walkers", two.vale.handle("bea"))
    await page.wait_for_url(f"{two.vale.url}/seen/people/*")
    await page.click("main button:text('Join')")
    await page.wait_for_selector("main button:text('Take it back'), main button:text('Leave')")
    shown = await page.inner_text("main")

    assert "asked to join" in shown or "You are a member" in shown


async def test_a_post_is_answered_from_home(two, bea):
    page = await bea.new_page()

    await go_home(page, two, two.post, two.vale.handle("bea"))
    await page.wait_for_url(f"{two.vale.url}/seen/posts/*")

    await expect(page.locator("main")).to_contain_text("Who comes to the hill?")
    assert await page.locator("textarea[name=text]").count() == 1


async def test_who_is_not_signed_in_at_home_is_led_on_after_signing_in(two, chromium):
    context = await chromium.new_context()
    context.set_default_timeout(PAGE_MS)
    page = await context.new_page()

    await go_home(page, two, f"{two.hill.url}/people/ann", two.vale.handle("bea"))
    await page.wait_for_selector("input[name=password]")
    await sign_in(page, two)
    await page.wait_for_url(f"{two.vale.url}/seen/people/*")
    shown = await page.inner_text("main")
    await context.close()

    assert two.hill.handle("ann") in shown


async def test_a_place_that_is_none_is_said_to_be_that(two, chromium):
    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(f"{two.hill.url}/people/ann")

    await page.click("summary:text('I already belong somewhere')")
    await page.fill("input[name=handle]", "bea@127.0.0.1:1")
    await page.click("button:text('Take me there')")
    heading = await page.inner_text("h1")
    await context.close()

    assert heading == "That place did not answer"
