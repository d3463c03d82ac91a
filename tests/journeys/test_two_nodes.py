"""Journeys 2 and 3 between two nodes of different names and ports: the rows that `ROWS` of
`tests/test_acceptance.py` lists, as pages and forms without a browser.

ann organises at hill: `walkers`, which is hidden and entered by invitation, and `circle`, which is
closed, asks, and takes people of other nodes. eve and zoe live at vale. otto lives at a place that
signs what it asks for, and keeps what it gets.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from federation.signatures import sign_request
from tests.journeys.liar import ACTIVITY, Liar
from tests.mirror.conftest import id_of
from tests.mirror.neighbour import PASSWORD, Neighbour, neighbour, until
from tests.peers.stub import key_of
from tests.stores import Stores

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

CANARIES = ("Lymphoma", "hollowtree", "Tuesdays", "ann")
WALKERS = ("--visibility", "hidden", "--join", "invite", "--title", "Lymphoma walkers")
CIRCLE = ("--visibility", "closed", "--join", "approval", "--elsewhere", "--title", "Circle")
HISTORY = 500
TAPS_MAX, ASKING_TAPS_MAX = 4, 5
SAID_BEFORE = "Said before eve came"


@dataclass
class Two:
    hill: Neighbour
    vale: Neighbour
    liar: Liar

    async def link(self, *words: str) -> str:
        return (await self.hill.do("invite", "create", "hollowtree", "--by", "ann", *words)).strip()

    async def names(self) -> list[str]:
        """The accounts of hill."""
        listed = json.loads(await self.hill.do("account", "list", "--json"))
        return sorted(one["name"] for one in listed)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> AsyncIterator[Two]:
    folder: Path = tmp_path_factory.mktemp("two")
    hill, vale = neighbour(folder / "hill", "127.0.0.1"), neighbour(folder / "vale", "127.0.0.2")
    urls = [stores.new_empty(one.node.folder) for one in (hill, vale)]
    await asyncio.gather(
        hill.make("ann", database=urls[0]), vale.make("eve", "zoe", database=urls[1])
    )
    make, by_ann = ("community", "create"), ("--organiser", "ann")
    await hill.do(*make, "hollowtree", *WALKERS, *by_ann, "--about", "We meet on Tuesdays.")
    await hill.do(*make, "circle", *CIRCLE, *by_ann)
    await hill.do("peer", "trust", vale.host)
    public = ("--visibility", "public", "--title", "Walks", "--organiser", "eve")
    await vale.do(*make, "walks", *public)
    await vale.do("community", "listed", "walks")
    try:
        async with Liar().running() as liar:
            await asyncio.gather(hill.start(), vale.start())
            yield Two(hill, vale, liar)
    finally:
        await asyncio.gather(hill.end(), vale.end())
        for url in urls:
            stores.drop(url)


@dataclass
class Phone:
    """A browser that counts what is tapped; nobody is signed in at first."""

    session: aiohttp.ClientSession
    taps: int = 0

    async def open(self, url: str) -> tuple[int, str]:
        async with self.session.get(url) as reply:
            return reply.status, f"{reply.headers}\n{await reply.text()}"

    async def tap(self, url: str, **form: str) -> tuple[int, str, str]:
        """Send a form: the status, where it led, and the page."""
        self.taps += 1
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        async with self.session.post(url, data=form, headers={"Origin": origin}) as reply:
            return reply.status, str(reply.url), await reply.text()


@pytest_asyncio.fixture(loop_scope="module")
async def phone() -> AsyncIterator[Phone]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Phone(session)


async def come_in(phone: Phone, link: str, name: str) -> tuple[str, str]:
    """All that a stranger does, up to the inside: the address, and the page."""
    await phone.tap(link)
    _, _, page = await phone.tap(f"{link}/name", name=name)
    return link, page


@pytest.mark.feature("J2.1", "C06")
async def test_from_the_link_to_the_inside_in_four_taps_with_one_word_typed(two, phone):
    began, link = time.monotonic(), await two.link()
    await phone.open(link)

    _, inside = await come_in(phone, link, "Joao")

    assert "Lymphoma walkers" in inside
    assert "Welcome" in inside
    assert phone.taps <= TAPS_MAX
    assert time.monotonic() - began < 60
    assert [one for one in await two.names() if one.startswith("joao")] != []


@pytest.mark.feature("J2.4", "D06")
@pytest.mark.threat("T74")
async def test_the_page_of_an_invitation_its_title_and_its_address_say_nothing(two, phone):
    link = await two.link()

    status, shown = await phone.open(link)

    assert status == 200
    assert "<title>An invitation</title>" in shown
    said = (shown + link).replace(two.hill.url, "")
    words = re.findall(r"[A-Za-z]+", said)
    assert [one for one in CANARIES if one.lower() in map(str.lower, words)] == []


@pytest.mark.feature("J2.6")
async def test_the_same_link_twice_and_on_a_second_phone_makes_no_second_account(two, phone):
    link = await two.link("--uses", "1")
    await come_in(phone, link, "Rita")
    before = await two.names()

    again, page = await phone.open(link)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        other, shown = await Phone(session).open(link)

    assert again == 200
    assert "Lymphoma walkers" in page
    assert other == 404
    assert "This invitation is not open any more" in shown
    assert await two.names() == before


@pytest.mark.feature("J2.7")
async def test_answers_that_are_lost_on_the_way_lose_nothing_and_make_nothing_twice(two, phone):
    """The offline parts of this row come with the pages that work without a network."""
    link = await two.link("--uses", "1")
    await phone.tap(link)
    jar = list(phone.session.cookie_jar)
    await phone.tap(f"{link}/name", name="Max")
    before = await two.names()

    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        for one in jar:
            session.cookie_jar.update_cookies({one.key: one.value}, response_url=URL(two.hill.url))
        status, _, page = await Phone(session).tap(f"{link}/name", name="Max")

    assert status == 200
    assert "Lymphoma walkers" in page
    assert await two.names() == before
    assert len([one for one in before if one.startswith("max")]) == 1


@pytest.mark.feature("J3.1", "F15")
async def test_from_a_poster_to_asked_in_five_taps_with_nothing_typed(two, phone):
    """eve is signed in at home, on the phone that points at the poster."""
    poster, home = f"{two.hill.url}/communities/circle", two.vale.url

    await two.hill.do("peer", "communities", "--refresh")

    async def shows_itself() -> bool:
        return two.vale.host in await two.hill.do("peer", "communities")

    await until(shows_itself, "vale lists its walks")
    await phone.tap(f"{home}/sign-in", name="eve", password=PASSWORD, next="/")
    phone.taps = 0
    _, page = await phone.open(poster)
    assert f'name="handle" value="{two.vale.host}"' in page

    _, _, leaving = await phone.tap(
        f"{two.hill.url}/elsewhere", handle=two.vale.host, path="/communities/circle"
    )
    way = re.search(r'<a class="button" href="([^"]*)"', leaving)
    assert way
    phone.taps += 2  # the first opened the list; the next goes home
    _, there = await phone.open(way[1])
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', there))
    assert 'action="/follow"' in there
    _, _, asked = await phone.tap(f"{home}/follow", **fields)

    assert phone.taps <= ASKING_TAPS_MAX
    waiting = await two.hill.do("community", "waiting", "circle", "--by", "ann")
    assert two.vale.handle("eve").lstrip("@") in waiting or "asked to join" in asked
    await until(lambda: waits(two, "eve"), "eve waits")


async def waits(two: Two, who: str, community: str = "circle") -> bool:
    listed = await two.hill.do("community", "waiting", community, "--by", "ann")
    return f"{who}@" in listed


@pytest.mark.feature("J3.3")
@pytest.mark.threat("T22", "T97")
async def test_before_the_yes_and_after_the_end_a_node_is_given_no_byte_of_what_is_said(two):
    said = await two.hill.say("ann", f"{two.hill.handle('circle')} {SAID_BEFORE}")
    await two.liar.follow(f"{two.hill.url}/communities/circle")
    await until(lambda: waits(two, "otto"), "otto waits")
    addresses = [said["uri"], *(f"{two.hill.url}/communities/circle/{one}" for one in LISTS)]

    before = [await given(two, one) for one in addresses]
    await two.hill.do("community", "let-in", "circle", f"@otto@{two.liar.host}", *AS_ANN)
    within = [await given(two, one) for one in addresses]
    await two.hill.do("community", "turn-away", "circle", f"@otto@{two.liar.host}", "--by", "ann")
    after = [await given(two, one) for one in addresses]

    assert {status for status, _ in before} == {404}
    assert {status for status, _ in after} == {404}
    assert SAID_BEFORE in within[0][1]
    for _, text in (*before, *after):
        assert SAID_BEFORE not in text


AS_ANN = ("--by", "ann", "--confirm")
LISTS = ("outbox", "followers", "featured", "moderators")


async def given(two: Two, url: str) -> tuple[int, str]:
    """What otto's node is answered that signs as he."""
    headers = {"Accept": ACTIVITY, "Host": two.hill.host}
    headers |= sign_request("GET", url, None, key_of(two.liar.otto), int(time.time()))
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as reply:
        return reply.status, await reply.text()


@pytest.mark.feature("J3.2", "J3.4", "C11")
async def test_after_the_yes_what_was_said_before_is_read_by_her_and_by_nobody_else_there(two):
    await until(lambda: waits(two, "eve"), "eve waits")
    began = time.monotonic()

    await two.hill.do("community", "let-in", "circle", two.vale.handle("eve"), *AS_ANN)
    await two.hill.say("ann", f"{two.hill.handle('circle')} First after the yes")

    first = await until(lambda: id_of(two.vale, "eve", "First after the yes"), "eve reads it")
    assert time.monotonic() - began <= 10
    group = (await two.vale.find("eve", two.hill.handle("circle")))["id"]
    path = f"/api/v1/accounts/{group}/statuses"

    async def has_history() -> bool:
        return any(SAID_BEFORE in one for one in await two.vale.texts("eve", path))

    await until(has_history, "eve reads what was said before")
    assert not await two.vale.has("zoe", first)
    assert await two.vale.texts("zoe", path) == []
    page = await two.vale.page("zoe", f"/seen/people/{group}")
    assert SAID_BEFORE not in page


@pytest.mark.slow
@pytest.mark.feature("J3.2")
async def test_a_history_of_five_hundred_posts_is_the_same_at_both_within_a_minute(two):
    await two.hill.do("community", "create", "archive", *CIRCLE, "--organiser", "ann")
    for number in range(HISTORY):
        await two.hill.say("ann", f"{two.hill.handle('archive')} Page {number}")
    await two.vale.add("lea")
    whom = await two.vale.find("lea", two.hill.handle("archive"))
    await (await two.vale.phone("lea")).ask("POST", f"/api/v1/accounts/{whom['id']}/follow")
    await until(lambda: waits(two, "lea", "archive"), "lea waits")
    wanted = await pages_at(two.hill)
    assert len(wanted) == HISTORY

    await two.hill.do("community", "let-in", "archive", two.vale.handle("lea"), *AS_ANN)

    async def is_whole() -> bool:
        return await pages_at(two.vale) == wanted

    await until(is_whole, "lea has all of it", within_s=60)


async def pages_at(place: Neighbour) -> set[str]:
    """The addresses of the pages of the archive that a place has."""
    rows = await place.do("data", "rows", "post", "--limit", "10000", "--format", "json")
    return {one["iri"] for one in json.loads(rows) if "Page " in (one["content"] or "")}


@pytest.mark.feature("J3.4", "C02")
@pytest.mark.threat("T88")
async def test_of_a_hidden_community_nobody_elsewhere_learns_that_it_is_there(two):
    phone = await two.vale.phone("zoe")
    for name in ("hollowtree", "never"):
        asked = await phone.ask("GET", f"/api/v2/search?resolve=true&q=@{name}@{two.hill.host}")
        assert asked["accounts"] == [], name
    assert "hollowtree" not in await two.vale.do(
        "data", "rows", "actor", "--limit", "1000", "--format", "json"
    )


@pytest.mark.feature("J2.8", "V03", "V04", "F12")
async def test_who_leaves_with_their_things_is_found_nowhere_and_sees_receipts(two):
    await two.vale.add("kit")
    group = (await two.vale.follow("kit", two.hill.handle("ann")))["id"]
    assert group
    await two.vale.say("kit", f"{two.hill.handle('ann')} Kit was here")
    at_hill = await until(lambda: told(two, "Kit was here"), "hill has it")
    began = time.monotonic()

    page = await two.vale.press("kit", "/settings/take", password=PASSWORD)
    way = re.search(r'href="(/settings/take/[^"]+)" download', page)
    assert way
    file = await two.vale.page("kit", way[1])
    gone = await two.vale.press("kit", "/settings/account/delete", name="kit", password=PASSWORD)

    assert "Kit was here" in file
    assert not re.findall(r'(?:src|href)="https?://(?!127)', file)
    key = re.search(r'href="(/gone/[^"]+)"', gone)
    assert key
    await until(lambda: is_removed(two, key[1]), "hill says that it is removed")
    assert not await two.hill.has("ann", at_hill)
    assert "kit" not in await two.vale.do("account", "list")
    await until(lambda: is_erased(two, "Kit was here"), "it is in no table", within_s=60)
    assert time.monotonic() - began < 60


async def is_erased(two: Two, words: str) -> bool:
    """Whether nothing at vale holds some words any more."""
    for table in ("post", "outbox_entry", "arrival", "notification"):
        rows = await two.vale.do("data", "rows", table, "--limit", "9999", "--format", "json")
        if words in rows:
            return False
    return True


async def told(two: Two, text: str) -> str:
    """The id of a post in ann's news."""
    news: Any = await (await two.hill.phone("ann")).ask("GET", "/api/v1/notifications")
    found = [one["status"] for one in news if one.get("status")]
    return next((str(one["id"]) for one in found if text in one["content"]), "")


async def is_removed(two: Two, path: str) -> bool:
    async with aiohttp.ClientSession() as session, session.get(two.vale.url + path) as reply:
        page = await reply.text()
    return f'<bdi dir="ltr">{two.hill.host}</bdi></strong>:' in page and "removed on" in page
