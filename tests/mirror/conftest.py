"""Three nodes that run as an operator runs them, for all tests of a file."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.journeys.processes import FOR_ALL
from tests.mirror.neighbour import Neighbour, neighbour, plain, until
from tests.source import ROOT
from tests.stores import Stores


@dataclass
class World:
    """ann of `hill` organises walkers; bea and bob of `vale` and cat of `moor` joined it.

    `walkers_there`: the id of the community at vale and at moor.
    """

    hill: Neighbour
    vale: Neighbour
    moor: Neighbour
    walkers_there: dict[str, str]

    async def say_in_walkers(self, text: str, who: str = "bea", **fields: Any) -> dict[str, str]:
        """Somebody of vale writes in the community; the ids of the post at each node, once it is
        everywhere, and its `uri`."""
        said = await self.vale.say(who, f"{self.hill.handle('walkers')} {text}", **fields)
        ids = {"vale": str(said["id"]), "uri": str(said["uri"])}
        for name, place, who in (("hill", self.hill, "ann"), ("moor", self.moor, "cat")):

            async def seen(place: Neighbour = place, who: str = who) -> str:
                return await id_of(place, who, text)

            ids[name] = await until(seen, f"{text} is at {name}")
        return ids

    async def community_page(self, place: str) -> str:
        """The page of the community as its members at vale or moor see it."""
        node, who = (self.vale, "bea") if place == "vale" else (self.moor, "cat")
        return await node.page(who, f"/seen/people/{self.walkers_there[place]}")

    async def is_listed(self, place: str, text: str) -> bool:
        """Whether the community shows a post with these words there."""
        return text in await self.community_page(place)


async def id_of(place: Neighbour, who: str, text: str) -> str:
    """The id of the post with these words in somebody's home; empty where there is none."""
    listed = await (await place.phone(who)).ask("GET", "/api/v1/timelines/home?limit=40")
    for one in listed:
        inner = one.get("reblog") or one
        if text in plain(inner["content"]):
            return str(inner["id"])
    return ""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mirrored(world: World) -> AsyncIterator[set[str]]:
    """Takes what the tests of a file that ran say they mirror; at the end, all of it was sent."""
    names: set[str] = set()
    yield names
    sent = [await shapes_sent(place) for place in (world.hill, world.vale, world.moor)]
    assert [
        name for name in sorted(names) if shape_of(golden(name)) not in set().union(*sent)
    ] == []


@pytest.fixture(autouse=True)
def each_mark_is_true(request: pytest.FixtureRequest, mirrored: set[str]) -> None:
    for mark in request.node.iter_markers("mirrors"):
        mirrored.update(mark.args)


async def shapes_sent(place: Neighbour) -> set[tuple[str, ...]]:
    """The kinds of activity that a node has said or was sent, each with those inside it.

    What somebody said who has left is kept by nobody but those who were sent it.
    """
    rows: list[Any] = []
    for table in ("outbox_entry", "arrival"):
        words = ("rows", table, "--limit", "10000", "--format", "json")
        rows += json.loads(await place.do("data", *words))
    return {shape_of(json.loads(row["body"])) for row in rows if row["body"]}


def shape_of(activity: Any) -> tuple[str, ...]:
    """The types of an activity and of what stands inside it, outermost first."""
    if not isinstance(activity, dict):
        return ()
    return (str(activity.get("type", "")), *shape_of(activity.get("object")))


def golden(name: str) -> Any:
    return json.loads((ROOT / "tests" / "golden" / f"{name}.json").read_text())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> AsyncIterator[World]:
    """The three nodes, on the engine of this run."""
    folder = tmp_path_factory.mktemp("mirror")
    names = enumerate(("hill", "vale", "moor"), 1)
    places = [neighbour(folder / name, f"127.0.0.{at}") for at, name in names]
    urls = [stores.new_empty(place.node.folder) for place in places]
    hill, vale, moor = places
    people = (["ann"], ["bea", "bob"], ["cat"])
    await asyncio.gather(
        *(
            place.make(*names, database=url)
            for place, names, url in zip(places, people, urls, strict=True)
        )
    )
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
        await asyncio.gather(*(place.start() for place in places))
        walkers = hill.handle("walkers")
        there = {
            "vale": (await vale.follow("bea", walkers))["id"],
            "moor": (await moor.follow("cat", walkers))["id"],
        }
        await vale.follow("bob", walkers)
        await hill.follow("ann", walkers)
        yield World(hill, vale, moor, there)
    finally:
        for place in places:
            await place.end()
        for url in urls:
            stores.drop(url)
