"""Arabic and Hebrew words are laid out by their own letters, as Chromium does it, on each page."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.journeys.processes import FOR_ALL
from tests.mirror.neighbour import PASSWORD, Neighbour, neighbour

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

WALK = (
    "\u0646\u0645\u0634\u064a \u064a\u0648\u0645 \u0627\u0644\u062b\u0644\u0627\u062b\u0627\u0621"
)
"""We walk on Tuesday, in Arabic."""

NAME = "\u05e8\u05d5\u05e0\u05d9\u05ea"
"""A name in Hebrew."""

ASTRAY = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const wrong = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const first = (node.textContent.match(/[A-Za-z\\u0590-\\u08ff]/) || [""])[0];
    const is_rtl = /[\\u0590-\\u08ff]/.test(first);
    if (is_rtl && getComputedStyle(node.parentElement).direction !== "rtl")
      wrong.push(node.textContent);
  }
  return wrong;
}"""
"""The texts in right-to-left letters whose element goes from left to right."""

WHERE = """(words) => [...document.querySelectorAll("main p")]
  .filter((one) => one.textContent.includes(words))
  .map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const text = [...range.getClientRects()].pop(), box = one.getBoundingClientRect();
    return Math.abs(box.right - text.right) < Math.abs(text.left - box.left) ? "right" : "left";
  })"""
"""At which edge of its paragraph the last line of some words stands."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hill(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Neighbour]:
    """ann, whose name and profile are in Hebrew and Arabic, and bob, who answers her."""
    place = neighbour(tmp_path_factory.mktemp("direction") / "hill")
    await place.make("ann", "bob")
    await place.do(
        "community",
        "create",
        "walkers",
        *FOR_ALL,
        "--title",
        NAME,
        "--organiser",
        "ann",
    )
    await place.start()
    profile = {"fields_attributes[0][name]": NAME, "fields_attributes[0][value]": WALK}
    path = "/api/v1/accounts/update_credentials"
    await (await place.phone("ann")).ask("PATCH", path, display_name=NAME, note=WALK, **profile)
    yield place
    await place.end()


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, hill: Neighbour) -> AsyncIterator[Page]:
    """bob's phone, 360 points wide."""
    context = await chromium.new_context(viewport={"width": 360, "height": 760})
    page = await context.new_page()
    await page.goto(f"{hill.url}/sign-in")
    await page.fill("input[name=name]", "bob")
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button")
    await page.wait_for_url(f"{hill.url}/")
    yield page
    await context.close()


async def test_an_answer_that_begins_with_a_latin_name_stands_at_the_right(hill, page):
    asked = await hill.say("ann", "Who comes?")
    await hill.say("bob", f"@ann {WALK}", in_reply_to_id=asked["id"])
    await hill.say("bob", f"https://walk.example/ {WALK}", in_reply_to_id=asked["id"])

    await page.goto(asked["url"])

    assert await page.evaluate(WHERE, WALK) == ["right", "right"]
    assert await page.evaluate(WHERE, "Who comes?") == ["left"]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_each_paragraph_goes_its_own_way_whatever_the_page_does(hill, page, direction):
    both = await hill.say("ann", f"English first.\n\n{WALK}", title=f"{WALK}.")

    await page.goto(both["url"])
    await page.evaluate(f"document.documentElement.dir = '{direction}'")

    assert await page.evaluate(WHERE, "English first.") == ["left"]
    assert await page.evaluate(WHERE, WALK) == ["right"]
    assert await page.evaluate(ASTRAY) == []


async def test_names_notes_profiles_polls_and_hashtags_go_their_own_way_too(hill, page):
    poll = {"poll[options][]": [WALK, "Sunday"], "poll[expires_in]": "3600"}
    tag = WALK.split()[0]
    asked = await hill.say("ann", f"#{tag}", spoiler_text=WALK, **poll)
    await hill.say("ann", f"@walkers {WALK}")

    for path in ("/people/ann", "/public", "/communities/walkers", f"/tags/{tag}", asked["url"]):
        await page.goto(path if path.startswith("http") else hill.url + path)
        await page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")

        assert await page.evaluate(ASTRAY) == [], path
        bare = "document.querySelectorAll('main [dir], main bdi').forEach((e) => e.dir = 'ltr')"
        await page.evaluate(bare)
        assert await page.evaluate(ASTRAY) != [], f"{path} shows no such words"
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
