"""A weblog that runs on the library pubby, and a node of ours: both sides looked at.

pubby answers 401 to what it cannot verify, so what the weblog has stored has passed its own check.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.processes import FOR_ALL
from tests.mirror.neighbour import Neighbour, neighbour, plain, until
from tests.peers.pubby_server import PubbyWeblog
from tests.stores import Stores


@dataclass
class Meeting:
    """ann's node, with the community that she organises, and the weblog of otto."""

    node: Neighbour
    weblog: PubbyWeblog

    @property
    def ann(self) -> str:
        return f"{self.node.url}/people/ann"

    @property
    def community(self) -> str:
        return f"{self.node.url}/communities/valley"

    @property
    def otto(self) -> str:
        return f"@otto@127.0.0.1:{self.weblog.port}"

    async def until_ann_has(self, text: str) -> dict[str, Any]:
        """The post with these words, once it stands in ann's home."""
        phone = await self.node.phone("ann")

        async def look() -> Any:
            home = await phone.ask("GET", "/api/v1/timelines/home")
            return next((one for one in home if text in plain(one["content"])), None)

        return dict(await until(look, f"ann has {text}"))

    async def until_received(self, kind: str, about: str) -> dict[str, Any]:
        """The activity of `kind` about an object, once the weblog has it."""

        async def look() -> Any:
            return next((one for one in self.weblog.received if is_about(one, kind, about)), None)

        return dict(await until(look, f"{kind} of {about}"))

    async def until_stored(self, iri: str, reactions: dict[str, str]) -> None:
        """Wait until pubby holds these reactions to a note, and no others."""

        async def look() -> bool:
            found = self.weblog.reactions(iri)
            return {kind: plain(words) for kind, words in found.items()} == reactions

        await until(look, f"the weblog holds {reactions}")

    async def until_counted(self, post_id: str, name: str, count: int) -> None:
        async def look() -> bool:
            return (await self.node.status("ann", post_id))[name] == count

        await until(look, f"{name} is {count}")


def is_about(activity: dict[str, Any], kind: str, about: str) -> bool:
    inner = activity["object"]
    return (activity["type"], inner["id"] if isinstance(inner, dict) else inner) == (kind, about)


@pytest.fixture
async def vale(tmp_path: Path, stores: Stores) -> AsyncIterator[Neighbour]:
    """Another node of ours, where vic lives."""
    node = neighbour(tmp_path / "vale")
    url = stores.new_empty(node.node.folder)
    try:
        await node.make("vic", database=url)
        await node.start()
        yield node
    finally:
        await node.end()
        stores.drop(url)


@pytest.fixture
async def meeting(tmp_path: Path, stores: Stores) -> AsyncIterator[Meeting]:
    node, weblog = neighbour(tmp_path / "node"), PubbyWeblog(tmp_path / "weblog")
    url = stores.new_empty(node.node.folder)
    await weblog.start()
    try:
        await node.make("ann", database=url)
        words = (
            "community",
            "create",
            "valley",
            *FOR_ALL,
            "--title",
            "Valley",
            "--organiser",
            "ann",
        )
        await node.do(*words)
        await node.start()
        yield Meeting(node, weblog)
    finally:
        await asyncio.gather(node.end(), weblog.end())
        stores.drop(url)


@pytest.mark.feature("F01")
async def test_ann_follows_the_weblog_and_takes_part_in_it(meeting):
    node, weblog = meeting.node, meeting.weblog
    phone = await node.phone("ann")

    whom = await node.follow("ann", meeting.otto)
    assert weblog.followers() == [meeting.ann]

    note = await weblog.write("<p>The apples are ripe</p>")
    post = (await meeting.until_ann_has("The apples are ripe"))["id"]
    answer = await node.say("ann", f"{meeting.otto} Ours too", in_reply_to_id=post)
    for verb in ("favourite", "reblog"):
        await phone.ask("POST", f"/api/v1/statuses/{post}/{verb}")
    stored = {"like": "", "boost": "", "reply": "@otto Ours too"}
    await meeting.until_stored(note, stored)

    for verb in ("unfavourite", "unreblog"):
        await phone.ask("POST", f"/api/v1/statuses/{post}/{verb}")
    path = f"/api/v1/statuses/{answer['id']}"
    await phone.ask("PUT", path, status=f"{meeting.otto} Ours are sour")
    await meeting.until_stored(note, {"reply": "@otto Ours are sour"})
    await phone.ask("DELETE", path)
    await meeting.until_stored(note, {})

    weblog.notes[note].content = "<p>The apples are gone</p>"
    await weblog.publish(weblog.notes[note], "Update")
    assert (await meeting.until_ann_has("The apples are gone"))["id"] == post
    await weblog.publish(weblog.notes[note], "Delete")
    await until(lambda: is_gone(node, post), "ann has it no more")

    await phone.ask("POST", f"/api/v1/accounts/{whom['id']}/unfollow")
    await until(lambda: has_no_followers(weblog), "nobody follows the weblog")
    assert set(weblog.delivered) == {202}


async def is_gone(node: Neighbour, post_id: str) -> bool:
    return not await node.has("ann", post_id)


async def has_no_followers(weblog: PubbyWeblog) -> bool:
    return weblog.followers() == []


@pytest.mark.feature("F01")
async def test_the_weblog_follows_ann_and_takes_part(meeting):
    node, weblog = meeting.node, meeting.weblog
    phone = await node.phone("ann")

    follow = await weblog.follow(meeting.ann)
    await until(lambda: is_answered(weblog, meeting.ann), "ann's node says yes")
    assert await is_followed_by_otto(meeting)
    said = await node.say("ann", "The pears are ripe")
    create = await meeting.until_received("Create", said["uri"])
    assert plain(create["object"]["content"]) == "The pears are ripe"

    like = await weblog.do("Like", said["uri"], to=meeting.ann)
    boost = await weblog.do("Announce", said["uri"], to=meeting.ann)
    answer = await weblog.write("<p>Leave me one</p>", to=meeting.ann, answers=said["uri"])
    await meeting.until_counted(said["id"], "favourites_count", 1)
    await meeting.until_counted(said["id"], "reblogs_count", 1)
    await meeting.until_counted(said["id"], "replies_count", 1)
    told = await phone.ask("GET", "/api/v1/notifications")
    assert {one["type"] for one in told} == {"follow", "favourite", "reblog", "mention"}

    await weblog.undo(like)
    await weblog.undo(boost)
    await weblog.do("Delete", answer, to=meeting.ann)
    for name in ("favourites_count", "reblogs_count", "replies_count"):
        await meeting.until_counted(said["id"], name, 0)

    await phone.ask("PUT", f"/api/v1/statuses/{said['id']}", status="The pears are gone")
    update = await meeting.until_received("Update", said["uri"])
    assert plain(update["object"]["content"]) == "The pears are gone"
    await phone.ask("DELETE", f"/api/v1/statuses/{said['id']}")
    await meeting.until_received("Delete", said["uri"])

    await weblog.undo(follow)
    await until(lambda: is_not_followed_by_otto(meeting), "otto follows ann no more")
    assert set(weblog.delivered) == {202}


async def is_answered(weblog: PubbyWeblog, actor: str) -> bool:
    return weblog.answers.get(actor, False)


async def is_followed_by_otto(meeting: Meeting) -> bool:
    """Whether ann's app says that otto follows her."""
    phone = await meeting.node.phone("ann")
    otto = await meeting.node.find("ann", meeting.otto)
    path = f"/api/v1/accounts/relationships?id[]={otto['id']}"
    return bool((await phone.ask("GET", path))[0]["followed_by"])


async def is_not_followed_by_otto(meeting: Meeting) -> bool:
    return not await is_followed_by_otto(meeting)


@pytest.mark.feature("F02")
async def test_the_weblog_joins_a_community_and_what_it_says_there_is_passed_on(meeting):
    node, weblog = meeting.node, meeting.weblog

    await weblog.follow(meeting.community)
    await until(lambda: is_answered(weblog, meeting.community), "the community says yes")
    note = await weblog.write("<p>Who has a ladder?</p>", to=meeting.community)

    await meeting.until_received("Announce", note)
    page = await node.page("ann", "/communities/valley")
    assert "Who has a ladder?" in page
    said = await node.say("ann", f"{node.handle('valley')} I have two")
    announced = await meeting.until_received("Announce", said["uri"])
    assert announced["actor"] == meeting.community


@pytest.mark.feature("F11")
async def test_what_the_community_showed_the_weblog_it_takes_back_when_the_author_deletes_it(
    meeting,
):
    node, weblog = meeting.node, meeting.weblog
    await weblog.follow(meeting.community)
    await until(lambda: is_answered(weblog, meeting.community), "the community says yes")
    said = await node.say("ann", f"{node.handle('valley')} The ladder is gone")
    shown = await meeting.until_received("Announce", said["uri"])

    await (await node.phone("ann")).ask("DELETE", f"/api/v1/statuses/{said['id']}")

    taken_back = await meeting.until_received("Undo", shown["id"])
    assert taken_back["actor"] == meeting.community


@pytest.mark.feature("F11")
@pytest.mark.threat("T146")
async def test_what_the_weblog_changes_and_deletes_in_a_community_does_so_at_its_other_nodes(
    meeting, vale
):
    """pubby proves nothing that it sends; what is deleted is 404 there, as at GoToSocial."""
    weblog = meeting.weblog
    there = (await vale.follow("vic", meeting.node.handle("valley")))["id"]
    await weblog.follow(meeting.community)
    await until(lambda: is_answered(weblog, meeting.community), "the community says yes")
    note = await weblog.write("<p>Who has a ladder?</p>", to=meeting.community)
    place = f"/seen/people/{there}"
    await until(lambda: is_on(vale, place, "Who has a ladder?"), "vic is shown it")

    document = weblog.notes[note].to_dict() | {"content": "<p>Who has a long ladder?</p>"}
    weblog.notes[note].content = document["content"]
    await weblog.do("Update", document | {"updated": later()}, to=meeting.community)
    await until(lambda: is_on(vale, place, "Who has a long ladder?"), "vic is shown the edit")
    del weblog.notes[note]
    await weblog.do("Delete", note, to=meeting.community)

    await until(lambda: is_not_on(vale, place, "long ladder"), "vic is shown it no longer")
    assert "long ladder" not in str(await vale.texts("vic", "/api/v1/timelines/home"))


def later() -> str:
    """An instant that is after everything in the test."""
    return (datetime.now(UTC) + timedelta(seconds=2)).isoformat()


async def is_on(node: Neighbour, path: str, text: str) -> bool:
    return text in await node.page("vic", path)


async def is_not_on(node: Neighbour, path: str, text: str) -> bool:
    return not await is_on(node, path, text)


@pytest.mark.threat("T1")
async def test_neither_side_takes_what_is_signed_with_another_key(meeting):
    weblog, stranger = meeting.weblog, PubbyWeblog(meeting.weblog.folder, meeting.weblog.port)

    await stranger.follow(meeting.ann)

    assert stranger.delivered == [401]
    assert weblog.received == []
    assert not await is_followed_by_otto(meeting)
