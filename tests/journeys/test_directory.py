"""Two nodes show each other their communities: agreed to, seen, joined, taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.journeys.processes import FOR_ALL
from tests.mirror.neighbour import Neighbour, neighbour, until
from tests.stores import Stores

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def places(
    tmp_path_factory: pytest.TempPathFactory, stores: Stores
) -> AsyncIterator[tuple[Neighbour, Neighbour]]:
    """ann of hill organises a public and a closed community; bea lives at vale."""
    folder: Path = tmp_path_factory.mktemp("directory")
    hill, vale = neighbour(folder / "hill"), neighbour(folder / "vale")
    urls = [stores.new_empty(place.node.folder) for place in (hill, vale)]
    await hill.make("ann", database=urls[0])
    await vale.make("bea", database=urls[1])
    community = ("community", "create")
    named = ("--title", "Thursday Walkers", "--organiser", "ann")
    await hill.do(*community, "walkers", *FOR_ALL, *named)
    closed = ("--visibility", "closed", "--elsewhere", "--title", "Quiet", "--organiser", "ann")
    await hill.do(*community, "quiet", *closed)
    await vale.do("peer", "trust", hill.host)
    try:
        await hill.start()
        await vale.start()
        yield hill, vale
    finally:
        await hill.end()
        await vale.end()
        for url in urls:
            stores.drop(url)


async def refreshed(vale: Neighbour, word: str, *, is_there: bool) -> str:
    """The directory as bea sees it once hill was asked anew and a word is, or is not, in it."""
    await vale.do("peer", "communities", "--refresh")

    async def shown() -> str:
        page = await vale.page("bea", "/directory")
        return page if (word in page) == is_there else ""

    return str(await until(shown, f"{word} is {'there' if is_there else 'gone'}"))


@pytest.mark.feature("D01")
@pytest.mark.feature("F15")
async def test_a_community_is_shown_by_a_neighbour_joined_with_a_tap_and_taken_back(places):
    hill, vale = places
    assert "Thursday Walkers" not in await refreshed(vale, "Communities", is_there=True)

    page_of_it, form = "/moderate/walkers", {"community": "walkers", "listed": "true"}
    await hill.press("ann", page_of_it, to="/directory/listed", **form)
    page = await refreshed(vale, "Thursday Walkers", is_there=True)
    assert f'From <bdi dir="ltr">{hill.host}</bdi>' in page
    assert "Quiet" not in page
    listed = await vale.do("peer", "communities")
    assert listed.split()[:2] == [f"walkers@{hill.host}", "Thursday"]

    iri = f"{hill.url}/communities/walkers"
    joined = await vale.press("bea", "/directory", to="/directory/join", community=iri)
    assert "Thursday Walkers" in joined

    async def is_member() -> bool:
        return vale.handle("bea")[1:] in await hill.do("data", "rows", "actor", "--format", "json")

    await until(is_member, "bea is known at hill")

    await hill.do("community", "listed", "walkers", "--undo")
    await refreshed(vale, "Thursday Walkers", is_there=False)


@pytest.mark.threat("T91")
async def test_what_is_not_for_everybody_cannot_be_shown_to_neighbours(places):
    hill, _ = places

    status, _, error = await hill.node.run("community", "listed", "quiet")

    assert (status, "everybody may read" in error) == (1, True)
    assert 'action="/directory/listed"' not in await hill.page("ann", "/moderate/quiet")


async def test_visitors_see_what_everybody_may_know_of(places):
    hill, _ = places
    async with aiohttp.ClientSession() as session, session.get(f"{hill.url}/directory") as reply:
        page = await reply.text()

    assert reply.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert ("Thursday Walkers" in page, "Quiet" in page) == (True, True)
    assert "Sign out" not in page
