"""A community of ours and the people of a strict Fedify node, each node a process of its own.

Everything that the Fedify node reports as received has passed its own check of signatures; what
our node shows has passed ours. The Fedify node tells who it is, and what its people wrote, only
to those who sign what they ask.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.journeys.processes import FOR_ALL, NodeProcess, Phone
from tests.peers.nodejs import SEEN_S, FedifyPeer


@dataclass
class Meeting:
    """The two nodes: ann's phone at ours, a community of ours, and the peer where rose lives."""

    node: NodeProcess
    peer: FedifyPeer
    ann: Phone

    @property
    def community(self) -> str:
        return f"{self.node.url}/communities/valley"

    async def rose(self, action: str, **about: Any) -> Any:
        """Have rose do something in the community."""
        return await self.peer.ask(action, by="rose", community=self.community, **about)

    async def join(self) -> None:
        """Have rose join the community, and wait until she is told that she may."""
        await self.peer.ask("follow", by="rose", actor=self.community)
        await self.until_received("Accept")

    async def until_ann_sees(self, iri: str, text: str) -> dict[str, Any]:
        """The status made of the object at `iri`, once ann finds it with that text."""

        async def look() -> dict[str, Any] | None:
            found = await self.ann.ask("GET", f"/api/v2/search?type=statuses&q={iri}")
            held = found["statuses"] if found else []
            return next((each for each in held if text in each["content"]), None)

        found: dict[str, Any] = await soon(look)
        return found

    async def until_ann_sees_nothing(self, iri: str) -> None:
        async def look() -> bool:
            found = await self.ann.ask("GET", f"/api/v2/search?type=statuses&q={iri}")
            return found is not None and found["statuses"] == []

        await soon(look)

    async def until_received(self, kind: str, about: str = "") -> None:
        """Wait for an activity of `kind` that its own author sent to the peer."""
        await self._until(lambda each: is_about(each, kind, about))

    async def until_announced(self, kind: str, about: str) -> None:
        """Wait for an activity of `kind` that the community passed on to the peer."""
        await self._until(
            lambda each: each["type"] == "Announce" and is_about(each["object"], kind, about)
        )

    async def until_boosted(self, iri: str) -> None:
        """Wait for the community's boost of a post by its id alone."""
        await self._until(lambda each: each["type"] == "Announce" and each["object"] == iri)

    async def _until(self, is_meant: Callable[[dict[str, Any]], bool]) -> None:
        async def look() -> bool:
            return any(map(is_meant, await self.peer.received()))

        await soon(look)


def is_about(activity: Any, kind: str, about: str) -> bool:
    if not isinstance(activity, dict) or activity["type"] != kind:
        return False
    inner = activity["object"]
    return about in ("", inner["id"] if isinstance(inner, dict) else inner)


async def soon(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` finds, as soon as it finds something."""
    async with asyncio.timeout(SEEN_S):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.05)


@pytest.fixture(params=["cavage", "rfc9421"])
async def meeting(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Meeting]:
    """Both nodes run; each form of signature is the one the peer sends first."""
    node, peer = NodeProcess(tmp_path / "data"), FedifyPeer(request.param)
    try:
        await peer.start()
        tokens = await node.make("ann")
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
        await node.run(*words)
        await node.start()
        async with aiohttp.ClientSession() as session:
            yield Meeting(node, peer, Phone(session, node.url, tokens["ann"]))
    finally:
        await node.end()
        await peer.end()


@pytest.mark.feature("C05")
@pytest.mark.threat("T1")
async def test_a_person_of_a_strict_node_takes_part_in_a_community(meeting):
    ann, rose = meeting.ann, meeting.rose
    await meeting.join()

    # rose posts; the community shows it to ann and passes it on
    post = (await rose("post", text="<p>Who has seen my cat?</p>"))["id"]
    status = await meeting.until_ann_sees(post, "Who has seen my cat?")
    assert status["account"]["acct"] == f"rose@127.0.0.1:{meeting.peer.port}"
    await meeting.until_announced("Create", post)
    await meeting.until_boosted(post)

    # ann answers and favours it
    words = f"@rose@127.0.0.1:{meeting.peer.port} On the roof"
    answer = await ann.ask("POST", "/api/v1/statuses", status=words, in_reply_to_id=status["id"])
    await ann.ask("POST", f"/api/v1/statuses/{status['id']}/favourite")
    await meeting.until_received("Create", answer["uri"])
    await meeting.until_announced("Create", answer["uri"])
    await meeting.until_received("Like", post)
    await meeting.until_announced("Like", post)

    # rose favours the answer, and answers it
    await rose("like", id=answer["uri"])
    thanks = (await rose("post", text="<p>Thank you!</p>", answers=answer["uri"]))["id"]
    found = await meeting.until_ann_sees(thanks, "Thank you!")
    assert found["in_reply_to_id"] == answer["id"]
    assert (await ann.ask("GET", f"/api/v1/statuses/{answer['id']}"))["favourites_count"] == 1

    # ann edits and deletes
    await ann.ask("PUT", f"/api/v1/statuses/{answer['id']}", status="On the church roof")
    await meeting.until_announced("Update", answer["uri"])
    await ann.ask("DELETE", f"/api/v1/statuses/{answer['id']}")
    await meeting.until_announced("Delete", answer["uri"])

    # rose edits and deletes
    await rose("edit", id=post, text="<p>The cat is back</p>")
    await meeting.until_ann_sees(post, "The cat is back")
    await meeting.until_announced("Update", post)
    await rose("delete", id=post)
    await meeting.until_ann_sees_nothing(post)
    await meeting.until_announced("Delete", post)

    # every message went in the form that the peer asks for, and was taken
    sent = await meeting.peer.sent()
    posts = [each for each in sent if "POST" in each["method"]]
    assert {each["method"] for each in posts} == {"POST", "answered POST"}
    assert {(each["form"], each["status"]) for each in posts} == {(meeting.peer.form, 202)}
    # the old form is tried once with a peer that does not take it, and never again
    refused = {"cavage": [], "rfc9421": ["cavage /people/rose/inbox"]}
    assert await meeting.peer.ask("refused") == refused[meeting.peer.form]


@pytest.mark.threat("T1")
async def test_neither_node_takes_what_is_not_signed(meeting):
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{meeting.peer.url}/activities/1",
        "type": "Follow",
        "actor": f"{meeting.peer.url}/people/rose",
        "object": meeting.community,
    }
    headers = {"Content-Type": "application/activity+json"}

    answers = []
    for inbox in (f"{meeting.node.url}/inbox", f"{meeting.peer.url}/inbox"):
        async with meeting.ann.session.post(inbox, json=activity, headers=headers) as reply:
            answers.append(reply.status)

    assert answers == [401, 401]
    assert await meeting.peer.received() == []
