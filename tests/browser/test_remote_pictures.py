"""A page with pictures of other nodes makes a browser ask nobody but our own node (T65)."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from federation import documents
from node.base.clock import Clock
from node.base.config import read_config
from node.db.open import open_database
from node.db.tx import Tx
from node.topics.actors.store import local_actor
from node.topics.publishing.receive import store_fetched_post
from tests.mirror.neighbour import PASSWORD, Neighbour, neighbour, until
from tests.neighbours import actor_document
from tests.node.inbox.test_remote_pictures import befriended
from tests.pictures import a_picture

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
POSTS = 50


async def filled(hill: Neighbour, origin: str) -> list[int]:
    """The ids of fifty posts of another node with a picture each, which stand at hill."""
    config, now = read_config(hill.node.folder), Clock().now()
    db = await open_database(config.database.url, config.data, now)

    def doing(tx: Tx) -> list[int]:
        me = local_actor(tx, "Person", "ann")
        assert me is not None
        ben = befriended(tx, me, origin, "ben")
        assert actor_document("ben", origin).iri == ben.iri
        return [
            store_fetched_post(tx, shown(ben.iri, origin, one, now), now) for one in range(POSTS)
        ]

    try:
        return await db.write(doing)
    finally:
        await db.close()


def shown(author: str, origin: str, number: int, now: int) -> documents.Post:
    iri = f"{author}/notes/{number}"
    return documents.Post(
        iri=iri,
        kind="Note",
        url=iri,
        author=author,
        to=(documents.PUBLIC,),
        content=f'<p>Hello {number} <img src="{origin}/inside.jpg"></p>',
        published=now - 60,
        attachments=(documents.Attachment(kind="Image", url=f"{origin}/{number}.jpg"),),
    )


@pytest.mark.feature("F16", "A07")
@pytest.mark.threat("T65")
async def test_pages_with_pictures_of_others_ask_nobody_but_us(chromium: Browser, tmp_path: Path):
    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=a_picture(size=(64, 48)), content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/{rest:.*}", picture)
    hill = neighbour(tmp_path / "hill")
    await hill.make("ann")
    async with TestServer(app, host="127.0.0.2") as there:
        ids = await filled(hill, f"http://127.0.0.2:{there.port}")
        await hill.start()
        try:

            async def is_copied() -> bool:
                pages = [await hill.page("ann", f"/seen/posts/{one}") for one in ids[:3]]
                return all('<img src="/copies/' in page for page in pages)

            await until(is_copied, "the first pictures are copied", 60.0)
            asked = await asked_by_a_browser(chromium, hill, ids)
        finally:
            await hill.end()

    assert {url.split("/")[2] for url in asked} == {hill.host}
    assert [url for url in asked if "/copies/" in url]


async def asked_by_a_browser(chromium: Browser, hill: Neighbour, ids: list[int]) -> list[str]:
    """Every address that a browser asks for while ann looks at posts."""
    asked: list[str] = []
    context = await chromium.new_context()
    page = await context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{hill.url}/sign-in")
    await page.fill('input[name="name"]', "ann")
    await page.fill('input[name="password"]', PASSWORD)
    await page.click("main button")
    for one in ids:
        await page.goto(f"{hill.url}/seen/posts/{one}")
    await asyncio.sleep(0.2)
    await context.close()
    return asked
