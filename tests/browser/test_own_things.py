"""The file with somebody's things opens in a browser that has no network, and asks for nothing."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.mirror.neighbour import neighbour

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]


@pytest.mark.feature("V03")
@pytest.mark.threat("T102")
async def test_the_file_opens_without_a_network_and_asks_for_nothing(
    chromium: Browser, tmp_path: Path
):
    hill, file = neighbour(tmp_path / "hill"), tmp_path / "ann.html"
    await hill.make("ann")
    await hill.start()
    try:
        await hill.say("ann", "We walk on Tuesday <script>document.title = 'x'</script>")
        said = await hill.do("account", "export", "ann", str(file))
    finally:
        await hill.end()
    asked: list[str] = []
    context = await chromium.new_context(offline=True)
    page = await context.new_page()
    page.on("request", lambda request: asked.append(request.url))

    await page.goto(file.as_uri())

    assert f"{file.stat().st_size:,} bytes" in said
    assert file.stat().st_mode & 0o077 == 0
    assert await page.title() == f"The things of @ann@{hill.host}"
    assert "We walk on Tuesday" in await page.inner_text("body")
    things = await page.evaluate("JSON.parse(document.getElementById('things').textContent)")
    assert [one["words"][:18] for one in things["posts"]] == ["We walk on Tuesday"]
    assert asked == [file.as_uri()]
    await context.close()
