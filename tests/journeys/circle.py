"""Nodes with names and ports of their own, five at most, and a place that keeps what it is sent.

ann and rose organise `circle` at hill, behind a closed door; eve and bob live at vale, gus at moor,
ida at fen, kim at ash, otto at the place that keeps all. zoe of vale belongs to nothing.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.journeys.liar import Liar
from tests.mirror.conftest import id_of
from tests.mirror.neighbour import Neighbour, neighbour, plain, until
from tests.stores import Stores

PEOPLE = {
    "hill": ("ann", "rose"),
    "vale": ("eve", "bob", "zoe"),
    "moor": ("gus",),
    "fen": ("ida",),
    "ash": ("kim",),
}
FIRST = {"vale": "eve", "moor": "gus", "fen": "ida", "ash": "kim"}
"""Who is the first member of each place elsewhere."""

READ_S = 10
"""Within what time something said is with every member (J3.5)."""

TITLE = "Thursday lungs"
COMMUNITY = ("--visibility", "closed", "--join", "approval", "--elsewhere", "--organiser", "ann")
WAITING = "/communities/circle/waiting"
HOLDING_TABLES = ("post", "arrival", "outbox_entry", "home_entry", "notification")


@dataclass
class Circle:
    """The places by name, who belongs to the community from where, and its id at each place."""

    places: dict[str, Neighbour]
    liar: Liar
    ids: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=lambda: {"ann": "hill", "rose": "hill"})

    @property
    def hill(self) -> Neighbour:
        return self.places["hill"]

    @property
    def first(self) -> list[str]:
        """The first members of the places elsewhere, in the order of those."""
        return [FIRST[name] for name in self.places if name in FIRST]

    @property
    def handle(self) -> str:
        """How the community is written."""
        return self.hill.handle("circle")

    def home(self, who: str) -> Neighbour:
        """The place where somebody lives."""
        return next(self.places[name] for name, people in PEOPLE.items() if who in people)

    def address(self, who: str) -> str:
        return self.liar.otto if who == "otto" else self.home(who).handle(who)

    async def relation(self, who: str) -> dict[str, Any]:
        """What the community is to somebody, as their app says it."""
        phone = await self.home(who).phone(who)
        path = f"/api/v1/accounts/relationships?id[]={self.ids[self.name_of(who)]}"
        return dict((await phone.ask("GET", path))[0])

    def name_of(self, who: str) -> str:
        return next(name for name, people in PEOPLE.items() if who in people)

    async def page_of(self, who: str) -> str:
        """The page of the community as somebody elsewhere is shown it at home."""
        name = self.name_of(who)
        return await self.places[name].page(who, f"/seen/people/{self.ids[name]}")

    async def ask(self, who: str) -> None:
        """Somebody finds the community and presses the button that asks to belong to it."""
        place, name = self.home(who), self.name_of(who)
        self.ids[name] = str((await place.find(who, self.handle))["id"])
        await place.press(who, f"/seen/people/{self.ids[name]}", "/follow", actor=self.ids[name])

    async def waits(self, who: str, organiser: str = "ann") -> str:
        """The number by which an organiser's page names somebody who waits; empty for others."""
        at = self.liar.host if who == "otto" else self.home(who).host
        return await self.waits_at(who, at, organiser)

    async def waits_at(self, who: str, at: str, organiser: str = "ann") -> str:
        """The number of somebody who waits and is called `who` at a place; empty for others."""
        for card in (await self.hill.page(organiser, WAITING)).split('<div class="card">')[1:]:
            found = re.search(r'name="person" value="(\d+)"', card)
            if f"@{who}@{at}" in card and found:
                return found[1]
        return ""

    async def press_let_in(self, organiser: str, who: str, **form: str) -> str:
        """An organiser presses "Let them in"; the page that it leads to."""
        at = self.liar.host if who == "otto" else self.home(who).host
        return await self.press_let_in_as(organiser, who, at, **form)

    async def press_let_in_as(self, organiser: str, who: str, at: str, **form: str) -> str:
        """The same for whoever goes by a name at a place."""
        number = await self.waits_at(who, at, organiser)
        assert number, f"{who} does not wait"
        return await self.hill.press(organiser, WAITING, decision="in", person=number, **form)

    async def reaches(self, text: str, *who: str) -> dict[str, str]:
        """The ids of a post by who reads it, once its page and their apps show it to each."""
        ids = {}
        for one in who or tuple(self.members):
            place = self.home(one)

            async def seen(place: Neighbour = place, one: str = one) -> str:
                return await id_of(place, one, text)

            ids[one] = await until(seen, f"{one} reads {text}", READ_S)
            assert await place.has(one, ids[one]), f"{one} has no page of {text}"
        return ids

    async def is_gone(self, who: str, post_id: str) -> bool:
        """Whether neither somebody's app nor a page shows them a post."""
        place = self.home(who)
        page = await place.page(who, f"/seen/posts/{post_id}")
        return not await place.status(who, post_id) and page == ""

    async def thread(self, who: str, post_id: str) -> list[str]:
        """What was answered to a post, in the order in which somebody's app has it."""
        phone = await self.home(who).phone(who)
        found = await phone.ask("GET", f"/api/v1/statuses/{post_id}/context")
        return [plain(one["content"]) for one in found["descendants"]]

    async def holders(self) -> dict[str, str]:
        """What hill knows of each place that has, or had, what was said: by place, in words."""
        printed = await self.hill.do("community", "holders", "circle", "--by", "ann")
        return dict(line.split(" ", 1) for line in printed.splitlines())

    async def rows(self, name: str, table: str) -> str:
        """All that a place has in a table."""
        words = ("data", "rows", table, "--limit", "10000", "--format", "json")
        return await self.places[name].do(*words)

    async def news(self, who: str, words: str) -> str:
        """The news of somebody, once these words stand in them."""

        async def told() -> str:
            page = await self.home(who).page(who, "/notifications")
            return page if words in page else ""

        return str(await until(told, f"{who} is told: {words}"))

    async def case_about(self, words: str) -> str:
        """Where on ann's desk the case stands that says so; empty where none does."""
        for card in (await self.hill.page("ann", "/desk")).split("<article")[1:]:
            found = re.search(r'href="(/desk/\d+)"', card)
            if words in card and found:
                return found[1]
        return ""


async def come_in_by(link: str, name: str) -> str:
    """Somebody without an account opens an invitation, comes in, and says a name; what they are
    shown at each step, in one text whose first part is the stranger's page."""
    site = "/".join(link.split("/")[:3])
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": site}) as browser:
        async with browser.get(link) as reply:
            first = await reply.text()
        async with browser.post(link) as reply:
            assert reply.status == 200
        async with browser.post(f"{link}/name", data={"name": name}) as reply:
            assert reply.status == 200, await reply.text()
            return f"{first}\n{await reply.text()}"


@asynccontextmanager
async def circle(folder: Path, stores: Stores, *names: str) -> AsyncIterator[Circle]:
    """The places of those names, running, with their people and the community, which has its two
    organisers and nobody else."""
    places = {name: neighbour(folder / name, f"127.0.0.{at}") for at, name in enumerate(names, 1)}
    urls = {name: stores.new_empty(one.node.folder) for name, one in places.items()}
    await asyncio.gather(
        *(one.make(*PEOPLE[name], database=urls[name]) for name, one in places.items())
    )
    await places["hill"].do("community", "create", "circle", *COMMUNITY, "--title", TITLE)
    try:
        async with Liar().running() as liar:
            await asyncio.gather(*(one.start() for one in places.values()))
            yield Circle(places, liar)
    finally:
        await asyncio.gather(*(one.end() for one in places.values()))
        for url in urls.values():
            stores.drop(url)
