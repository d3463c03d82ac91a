"""Somebody sends pictures from a browser in which no scripts run, and others see them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.journeys.processes import FOR_ALL
from tests.mirror.neighbour import PASSWORD, Neighbour, neighbour
from tests.pictures import a_picture

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),
    pytest.mark.feature("P05"),
    pytest.mark.feature("A01"),
]

TOUCH_PX = 44
SMALLEST = """() => [...document.querySelectorAll(
    "main button, main summary, main a.button, main a.picture, main input:not([type=hidden])")]
  .map((one) => (one.closest("label") || one))
  .filter((one) => one.getClientRects().length)
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
  .filter(([, height]) => height < %d)"""
"""What is to be tapped and is lower than a fingertip."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hill(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Neighbour]:
    """ann and bob, and a community that ann organises."""
    place = neighbour(tmp_path_factory.mktemp("pictures") / "hill")
    await place.make("ann", "bob")
    await place.do("community", "create", "walkers", *FOR_ALL, "--title", "W", "--organiser", "ann")
    await place.start()
    yield place
    await place.end()


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, hill: Neighbour) -> AsyncIterator[Page]:
    """ann's phone, 360 points wide, without scripts."""
    context = await chromium.new_context(
        viewport={"width": 360, "height": 760}, java_script_enabled=False
    )
    page = await context.new_page()
    await sign_in(page, hill, "ann")
    yield page
    await context.close()


async def sign_in(page: Page, hill: Neighbour, name: str) -> None:
    await page.goto(f"{hill.url}/sign-in")
    await page.fill("input[name=name]", name)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button")
    await page.wait_for_url(f"{hill.url}/")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Four pictures on the phone, the second one tall."""
    sizes = ((1_600, 1_200), (600, 1_600), (900, 900), (1_200, 700))
    paths = [tmp_path / f"{number}.jpg" for number in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(a_picture(size=size))
    return [str(path) for path in paths]


async def write(page: Page, hill: Neighbour, words: str, files: list[str]) -> None:
    await page.goto(f"{hill.url}/new")
    await page.fill("textarea[name=text]", words)
    await page.click("text=Add pictures")
    for number, path in enumerate(files, 1):
        await page.set_input_files(f"#picture-{number}", path)
        await page.fill(f"#shows-{number}", f"Stripes, {number}")
    await page.click("button:text-is('Publish')")
    await page.wait_for_url("**/posts/*")


@pytest.mark.feature("P04")
async def test_a_picture_is_chosen_sent_and_seen_without_scripts(chromium, hill, page, files):
    await write(page, hill, "On the hill.", files[:1])
    context = await chromium.new_context(viewport={"width": 360, "height": 760})
    other = await context.new_page()
    await sign_in(other, hill, "bob")

    await other.goto(page.url)
    image = other.locator(".picture img")
    await image.evaluate("(one) => one.decode()")

    assert await image.get_attribute("alt") == "Stripes, 1"
    assert await image.evaluate("(one) => [one.naturalWidth, one.naturalHeight]") == [480, 360]
    assert (await image.bounding_box())["height"] <= 320
    assert await other.evaluate(SMALLEST % TOUCH_PX) == []
    whole = await other.goto(hill.url + await other.locator(".picture").get_attribute("href"))
    assert (whole.status, whole.headers["content-type"]) == (200, "image/jpeg")
    await context.close()


@pytest.mark.feature("A07")
async def test_nothing_jumps_when_pictures_arrive_and_nothing_gets_wider(
    chromium, hill, page, files
):
    await write(page, hill, "Four of them.", files)
    context = await chromium.new_context(viewport={"width": 360, "height": 760})
    other = await context.new_page()
    await sign_in(other, hill, "bob")
    await other.route("**/files/*", lambda route: route.abort())

    await other.goto(page.url)
    before = await other.locator(".facts").first.bounding_box()
    await other.unroute("**/files/*")
    await other.reload()
    for image in await other.locator(".picture img").all():
        await image.scroll_into_view_if_needed()
        await image.evaluate("(one) => one.decode()")
    await other.evaluate("scrollTo(0, 0)")

    assert await other.locator(".facts").first.bounding_box() == before
    assert await other.evaluate("document.documentElement.scrollWidth") <= 360
    await context.close()


async def test_a_picture_that_is_none_comes_back_with_the_words_and_the_others(hill, page, files):
    none = {"name": "2.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    await page.goto(f"{hill.url}/new")
    await page.fill("textarea[name=text]", "Two of them.")
    await page.click("text=Add pictures")
    await page.set_input_files("#picture-1", files[0])
    await page.set_input_files("#picture-2", none)
    await page.click("button:text-is('Publish')")

    assert await page.input_value("textarea[name=text]") == "Two of them."
    assert await page.locator(".places .thumb").count() == 1
    assert await page.locator(".places .wrong").is_visible()
    await page.click("button:text-is('Publish')")
    await page.wait_for_url("**/posts/*")
    assert await page.locator(".picture img").count() == 1


@pytest.mark.parametrize(
    ("way", "field", "button", "shown"),
    [
        ("/settings/profile", "#face", "Save", "/people/ann"),
        ("/organise/walkers", "#picture", "Show it", "/communities/walkers"),
    ],
)
async def test_faces_and_pictures_of_communities_are_set_without_scripts(
    hill, page, files, way, field, button, shown
):
    await page.goto(hill.url + way)
    await page.set_input_files(field, files[0])
    await page.click(f"button:text-is('{button}')")
    await page.wait_for_url(f"{hill.url}{way}?changed=yes")
    await page.goto(hill.url + shown)

    face = page.locator(".face.big img")
    assert await face.get_attribute("alt") == ""
    assert (await page.request.get(hill.url + await face.get_attribute("src"))).status == 200


@pytest.mark.feature("A01")
@pytest.mark.parametrize("way", ["/new", "/settings/profile", "/organise/walkers"])
async def test_what_is_new_is_as_large_as_a_fingertip(chromium, hill, way):
    context = await chromium.new_context(viewport={"width": 360, "height": 760})
    page = await context.new_page()
    await sign_in(page, hill, "ann")

    await page.goto(hill.url + way)
    await page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")

    assert await page.evaluate(SMALLEST % TOUCH_PX) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await context.close()
