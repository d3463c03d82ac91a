"""Something is deleted that five places have: three remove it, one is off, one says it will not."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.liar import Liar
from tests.mirror.conftest import id_of
from tests.mirror.neighbour import Neighbour, neighbour, until

LINE = re.compile(r'<bdi dir="ltr">([^<]*)</bdi></strong>:\s*(?:<span class="wrong">)?(\w+)')
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    async with Liar().running() as made:
        yield made


@pytest.fixture
async def places(tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """ann's home, and four other places with cat in each, who follows her."""
    made = [neighbour(tmp_path / name) for name in ("home", "oak", "elm", "ash", "yew")]
    home, *others = made
    await home.make("ann")
    await asyncio.gather(*(one.make("cat") for one in others))
    try:
        await asyncio.gather(*(one.start() for one in made))
        for one in others:
            await one.follow("cat", home.handle("ann"))
        yield made
    finally:
        for one in made:
            await one.end()


@pytest.mark.feature("F12")
async def test_three_remove_it_one_is_off_and_one_refuses_and_then_four_have(places, liar):
    home, oak, elm, ash, yew = places
    await liar.follow(f"{home.url}/people/ann")
    await until_async(lambda: "Accept" in liar.got)
    mine = await home.say("ann", "Known in five places")
    for one in (oak, elm, ash, yew):
        await until(lambda one=one: id_of(one, "cat", "in five places"), f"{one.host} has it")
    await until_async(lambda: "Create" in liar.got)
    await yew.node.end()

    await home.press("ann", f"/delete/{mine['id']}")
    path = re.search(r'href="(/deleted/\d+)"', await home.page("ann", "/deleted"))
    assert path

    async def counted() -> Counter[str]:
        return Counter(dict(LINE.findall(await home.page("ann", path[1]))).values())

    async def has(wanted: dict[str, int]) -> bool:
        return await counted() == wanted

    await until(lambda: has({"removed": 3, "silent": 1, "refuses": 1}), "three have removed it")
    card = await home.do("deletion", "list")
    assert yew.host in card
    assert liar.host in card
    assert oak.host not in card

    await yew.start()
    await until(lambda: has({"removed": 4, "refuses": 1}), "four have removed it")
    assert yew.host not in await home.do("deletion", "list")
    assert await id_of(yew, "cat", "in five places") == ""


async def until_async(question: Any) -> None:
    async def ask() -> bool:
        return bool(question())

    await until(ask, "it came")
