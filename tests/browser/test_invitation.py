"""A cousin opens a link on a phone, without scripts, and is inside: journey 2, with Chromium."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.mirror.neighbour import Neighbour, neighbour

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

PAGE_MS = 20_000
TAPS_MAX = 4
BYTES_MAX = 60_000
CANARIES = ("Walkers", "walkers", "lungs", "ann")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hill(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Neighbour]:
    place = neighbour(tmp_path_factory.mktemp("invited") / "hill")
    await place.make("ann")
    words = ("--title", "Walkers with bad lungs", "--organiser", "ann")
    await place.do(
        "community", "create", "walkers", *words, "--visibility", "hidden", "--join", "invite"
    )
    await place.start()
    words = {"question": "", "pledge": "What is said here stays here.", "inviting": "members"}
    await place.press("ann", "/communities/walkers/coming-in", vouches="0", **words)
    yield place
    await place.end()


@pytest_asyncio.fixture(loop_scope="module")
async def phone(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A phone on which scripts are off and nobody was signed in."""
    context = await a_phone(chromium)
    yield context
    await context.close()


async def a_phone(chromium: Browser) -> BrowserContext:
    context = await chromium.new_context(
        viewport={"width": 360, "height": 760}, java_script_enabled=False
    )
    context.set_default_timeout(PAGE_MS)
    return context


async def link_of(hill: Neighbour, *words: str) -> str:
    return (await hill.do("invite", "create", "walkers", "--by", "ann", *words)).strip()


async def accounts(hill: Neighbour) -> int:
    return len((await hill.do("account", "list")).splitlines())


async def tap(page: Page, name: str, taps: list[str]) -> None:
    """Tap a button or a link that is called so, and count it."""
    button = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name))
    await button.first.click()
    taps.append(name)


@pytest.mark.feature("J2.1", "J2.2", "J2.4", "C06", "C18")
async def test_from_the_link_to_the_inside_in_four_taps_and_one_typed_word(hill, phone):
    page, taps, sizes = await phone.new_page(), list[str](), list[asyncio.Task[dict[str, int]]]()
    page.on("requestfinished", lambda one: sizes.append(asyncio.ensure_future(one.sizes())))
    await page.goto(await link_of(hill))

    words = await page.content() + page.url.removeprefix(hill.url)
    assert await page.title() == "An invitation"
    assert [one for one in CANARIES if one in words.replace("anything", "")] == []

    await tap(page, "Come in", taps)
    await expect(page.locator("h1")).to_have_text("Walkers with bad lungs")
    await page.fill("input[name=name]", "Joao")
    await tap(page, "Go on", taps)
    await expect(page.locator("main")).to_contain_text("What is said here stays here.")
    await tap(page, "I agree", taps)
    await expect(page.locator("h1")).to_contain_text("Welcome")
    await tap(page, "Hello, I am new here.", taps)

    await expect(page.locator("article .words")).to_contain_text("Hello, I am new here.")
    assert len(taps) <= TAPS_MAX
    done = await asyncio.gather(*sizes)
    assert sum(one["responseBodySize"] + one["responseHeadersSize"] for one in done) <= BYTES_MAX


@pytest.mark.feature("J2.6")
async def test_two_phones_with_a_link_for_one_make_one_account_and_show_no_error(
    hill, phone, chromium
):
    link, before = await link_of(hill, "--uses", "1"), await accounts(hill)
    other = await a_phone(chromium)
    pages = [await phone.new_page(), await other.new_page()]
    for page in pages:
        await page.goto(link)
        await tap(page, "Come in", [])
        await page.fill("input[name=name]", "Joao")
    for page in pages:
        await tap(page, "Go on", [])
    for page in pages:
        await tap(page, "I agree", [])
    await expect(pages[0].locator("h1")).to_contain_text("Welcome")
    await expect(pages[1].locator("h1")).to_have_text("This invitation is not open any more")

    await pages[0].goto(link)
    await expect(pages[0].locator("h1")).to_have_text("Walkers with bad lungs")
    assert await accounts(hill) == before + 1
    await other.close()


@pytest.mark.feature("C06")
async def test_the_card_of_a_newcomer_lets_them_in_on_another_phone(hill, phone, chromium):
    page = await phone.new_page()
    await page.goto(await link_of(hill))
    await tap(page, "Come in", [])
    await page.fill("input[name=name]", "Rita")
    await tap(page, "Go on", [])
    await tap(page, "I agree", [])
    await tap(page, "Make a card", [])
    name, words = [await page.locator("dd").nth(at).inner_text() for at in (1, 2)]
    await tap(page, "I have kept it", [])
    other = await a_phone(chromium)
    second = await other.new_page()
    await second.goto(f"{hill.url}/sign-in")

    await second.fill("input[name=name]", name)
    await second.fill("input[name=password]", words)
    await second.click("main button")

    await second.wait_for_url(f"{hill.url}/")
    assert await second.locator("h1").inner_text() == "Home"
    await other.close()
