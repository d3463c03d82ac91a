"""The machine is lost: the node goes on from a backup, and its neighbours see it go on.

Three nodes run as processes. What is said of the one that was lost is looked at from the others.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.processes import FOR_ALL
from tests.mirror.conftest import id_of
from tests.mirror.neighbour import Neighbour, neighbour, until
from tests.stores import Stores

pytestmark = pytest.mark.timeout(300)


@dataclass
class Circle:
    """ann of hill organises walkers; bea of vale and cat of moor follow both; ann follows bea."""

    hill: Neighbour
    vale: Neighbour
    moor: Neighbour
    backups: Path
    key: str
    stores: Stores
    urls: list[str] = field(default_factory=list)

    async def lose_and_restore(self, backup: Path, tmp_path: Path) -> str:
        """Stop hill, remove everything of it, and restore it in its place; what is printed."""
        await self.hill.end()
        self.hill.browsers.clear()
        shutil.rmtree(self.hill.node.folder)
        place: tuple[str, ...] = ()
        if self.urls[0]:
            self.stores.drop(self.urls[0])
            self.urls[0] = self.stores.new_empty(tmp_path / "empty")
            place = ("--database", self.urls[0])
        words = ("restore", str(backup), "--key-stdin", *place)
        said = await self.hill.do(*words, typed=self.key)
        await self.hill.start()
        return said


@pytest.fixture
async def circle(tmp_path: Path, stores: Stores) -> AsyncIterator[Circle]:
    """The three nodes at work; hill makes backups by itself."""
    places = [neighbour(tmp_path / name) for name in ("hill", "vale", "moor")]
    urls = [stores.new_empty(place.node.folder) for place in places]
    hill, vale, moor = places
    for place, name, url in zip(places, ("ann", "bea", "cat"), urls, strict=True):
        await place.make(name, database=url)
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
    key = (await hill.do("backup", "key")).strip().splitlines()[-1]
    settings = hill.node.folder / "hedgerow.toml"
    settings.write_text(f'{settings.read_text()}\n[backup]\nto = "{tmp_path / "backups"}"\n')
    made = Circle(hill, vale, moor, tmp_path / "backups", key, stores, urls)
    try:
        await asyncio.gather(*(place.start() for place in places))
        for place, name in ((vale, "bea"), (moor, "cat")):
            await place.follow(name, hill.handle("ann"))
            await place.follow(name, hill.handle("walkers"))
        await hill.follow("ann", vale.handle("bea"))
        yield made
    finally:
        for place in places:
            await place.end()
        for url in urls:
            stores.drop(url)


async def reaches(place: Neighbour, who: str, text: str) -> str:
    """The id of the post with these words, once it is in somebody's home."""

    async def seen() -> str:
        return await id_of(place, who, text)

    return str(await until(seen, f"{text} is seen by {who}"))


async def follows(place: Neighbour, who: str, handle: str) -> bool:
    """Whether somebody follows whom they followed, as their app shows it."""
    phone, whom = await place.phone(who), await place.find(who, handle)
    answer = await phone.ask("GET", f"/api/v1/accounts/relationships?id[]={whom['id']}")
    return bool(answer[0]["following"])


async def told_of(place: Neighbour, who: str, text: str) -> int:
    """How often somebody was told of a post."""
    told = await (await place.phone(who)).ask("GET", "/api/v1/notifications?limit=80")
    return sum(text in (one.get("status") or {}).get("content", "") for one in told)


@pytest.mark.threat("T133")
@pytest.mark.feature("O05")
@pytest.mark.feature("O06")
@pytest.mark.promise("R12")
async def test_a_node_that_was_lost_goes_on_from_its_backup(circle, tmp_path):
    hill, vale, moor = circle.hill, circle.vale, circle.moor
    kept = await hill.say("ann", f"Kept words {vale.handle('bea')}")
    dropped = await hill.say("ann", "Words to be taken back")
    for text in ("Kept words", "Words to be taken back"):
        at_vale = await reaches(vale, "bea", text)
        await reaches(moor, "cat", text)

    # hill has made one by itself meanwhile; this one has the posts in it
    await until(lambda: is_there(circle.backups), "a backup is made by itself")
    said = await hill.do("backup", "--to", str(circle.backups / "by-hand"))
    backup = Path(said.partition(" is made")[0])
    status = json.loads(await hill.do("status", "--json"))
    assert status["last_backup"] != "never"
    assert "backup_failing" not in status

    # after the backup: one post is deleted, one is written, and then everything is lost
    await (await hill.phone("ann")).ask("DELETE", f"/api/v1/statuses/{dropped['id']}")
    await until(lambda: is_gone(vale, "bea", at_vale), "it is gone at vale")
    lost = await hill.say("ann", "Said after the backup")
    await reaches(vale, "bea", "Said after the backup")
    (beside,) = await until(lambda: gone_lists(circle.backups), "the list has it")
    shutil.copy(beside, backup.parent / beside.name)
    printed = await circle.lose_and_restore(backup, tmp_path)

    # what was there is there, what was deleted is not, and who followed follows
    assert "What went since is left out: 1" in printed
    ann = await hill.phone("ann")
    me = await ann.ask("GET", "/api/v1/accounts/verify_credentials")
    mine = await ann.all_of(f"/api/v1/accounts/{me['id']}/statuses")
    assert [one["uri"] for one in mine] == [kept["uri"]]
    assert me["followers_count"] == 2
    assert await follows(vale, "bea", hill.handle("ann"))
    assert await follows(hill, "ann", vale.handle("bea"))

    # both ways, and through the community, it goes on
    again = await hill.say("ann", "Here we are again")
    for place, who in ((vale, "bea"), (moor, "cat")):
        await reaches(place, who, "Here we are again")
    await vale.say("bea", f"Welcome back {hill.handle('ann')}")
    await reaches(hill, "ann", "Welcome back")
    await vale.say("bea", f"{hill.handle('walkers')} Tomorrow at ten")
    await reaches(moor, "cat", "Tomorrow at ten")
    answer = {"in_reply_to_id": await reaches(moor, "cat", "Kept words")}
    await moor.say("cat", f"{hill.handle('ann')} I had kept them too", **answer)
    await until(lambda: told_of(hill, "ann", "kept them too"), "ann is told of the answer")

    # nothing twice, no address anew, nothing back from the dead
    uris = {one["uri"] for one in (kept, dropped, lost)}
    assert again["uri"] not in uris
    assert await told_of(vale, "bea", "Kept words") == 1
    assert await is_gone(vale, "bea", at_vale)
    assert await reaches(vale, "bea", "Said after the backup")


async def is_there(folder: Path) -> bool:
    return bool(backups_in(folder))


def backups_in(folder: Path) -> list[Path]:
    return list(folder.glob("hedgerow-*.age"))


async def is_gone(place: Neighbour, who: str, post_id: str) -> bool:
    return not await place.has(who, post_id)


async def gone_lists(folder: Path) -> list[Path]:
    return lists_with_posts(folder)


def lists_with_posts(folder: Path) -> list[Path]:
    """The list beside the backups, once a post stands in it."""
    return [one for one in folder.glob("*-gone.txt") if " post " in one.read_text()]
