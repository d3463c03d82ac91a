"""People whose handle, inbox or page is on another host, met by a node that runs."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from tests.mirror.neighbour import Neighbour, neighbour, until
from tests.peers.stub import ACTIVITY, key_of, person_document, signed
from tests.stores import Stores


@dataclass
class Host:
    """A server on loopback, by whose port it is told from the others; what came to it."""

    documents: dict[str, Any] = field(default_factory=dict)
    handles: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    got: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def put_jrd(self, subject: str, iri: str, asked: str = "") -> None:
        """Say whose a handle is."""
        links = [{"rel": "self", "type": ACTIVITY, "href": iri}]
        self.handles[f"acct:{asked or subject}"] = {"subject": f"acct:{subject}", "links": links}

    async def answer(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            self.got.append((request.path, await request.json()))
            return web.Response(status=202)
        asked = request.query.get("resource", "")
        if request.path in ("/.well-known/webfinger", "/finger") and asked in self.handles:
            is_usual = request.path != "/finger"
            if not (is_usual and "/.well-known/host-meta" in self.pages):
                found = self.handles[asked]
                return web.json_response(found, content_type="application/jrd+json")
        if request.path in self.pages:
            media_type, text = self.pages[request.path]
            return web.Response(text=text, content_type=media_type)
        if request.path in self.documents:
            return web.json_response(self.documents[request.path], content_type=ACTIVITY)
        raise web.HTTPNotFound


@dataclass
class World:
    """ann's node; sam lives at `social`, and `domain` is the domain of his handle."""

    node: Neighbour
    social: Host
    domain: Host

    @property
    def sam(self) -> str:
        return f"{self.social.url}/people/sam"

    async def acct(self, query: str) -> list[str]:
        """Whom ann's app finds."""
        phone = await self.node.phone("ann")
        path = f"/api/v2/search?type=accounts&resolve=true&q={quote(query)}"
        return [one["acct"] for one in (await phone.ask("GET", path))["accounts"]]


@pytest.fixture
async def world(tmp_path: Path, stores: Stores) -> AsyncIterator[World]:
    social, domain = Host(), Host()
    servers = []
    for host in (social, domain):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", host.answer)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        host.url = f"http://127.0.0.1:{server.port}"
    node = neighbour(tmp_path / "node")
    store = stores.new_empty(node.node.folder)
    await node.make("ann", database=store)
    await node.start()
    made = World(node, social, domain)
    social.documents["/people/sam"] = person_document("sam", social.url)
    right = f"sam@{domain.host}"
    domain.put_jrd(right, made.sam)
    social.put_jrd(right, made.sam, asked=f"sam@{social.host}")
    yield made
    await node.end()
    stores.drop(store)
    await asyncio.gather(*(server.close() for server in servers))


@pytest.mark.threat("T71")
async def test_a_handle_on_a_domain_of_its_own_is_found_named_and_written_to(world):
    right = f"sam@{world.domain.host}"

    found = [await world.acct(f"@{one}") for one in (right, f"sam@{world.social.host}", right)]
    said = await world.node.say("ann", f"Hello @{right}")

    assert found == [[right]] * 3
    assert [one["acct"] for one in said["mentions"]] == [right]
    await until(lambda: came(world.social, "Create"), "the mention came")
    ((_, create),) = [one for one in world.social.got if one[1]["type"] == "Create"]
    (mention,) = create["object"]["tag"]
    assert (mention["href"], mention["name"]) == (world.sam, f"@{right}")
    page = await world.node.page("ann", f"/seen/people/{said['mentions'][0]['id']}")
    assert f"@{right}" in page


async def came(host: Host, kind: str) -> bool:
    return any(message["type"] == kind for _, message in host.got)


@pytest.mark.threat("T71")
async def test_somebody_who_writes_first_is_shown_by_the_handle_that_their_host_gives(world):
    note = {
        "id": f"{world.social.url}/notes/1",
        "type": "Note",
        "attributedTo": world.sam,
        "to": [f"{world.node.url}/people/ann"],
        "content": "<p>Good morning</p>",
        "tag": [{"type": "Mention", "href": f"{world.node.url}/people/ann", "name": "@ann"}],
    }
    create = {"id": f"{note['id']}/create", "type": "Create", "actor": world.sam, "object": note}

    await post(world, create)

    async def is_told_by_their_handle() -> bool:
        told = await (await world.node.phone("ann")).ask("GET", "/api/v1/notifications")
        return [one["account"]["acct"] for one in told] == [f"sam@{world.domain.host}"]

    await until(is_told_by_their_handle, "the handle is known")


async def post(world: World, activity: Any) -> None:
    url = f"{world.node.url}/inbox"
    body, headers = signed(url, activity, key_of(world.sam), int(time.time()))
    async with ClientSession() as session, session.post(url, data=body, headers=headers) as reply:
        assert reply.status == 202


async def test_host_meta_leads_to_webfinger_elsewhere(world):
    template = f"{world.domain.url}/finger?resource={{uri}}"
    body = f'<XRD><Link rel="lrdd" template="{template}"/></XRD>'
    world.domain.pages["/.well-known/host-meta"] = ("application/xrd+xml", body)

    assert await world.acct(f"sam@{world.domain.host}") == [f"sam@{world.domain.host}"]


@pytest.mark.threat("T47")
async def test_what_is_for_somebody_goes_to_their_inbox_on_another_host(world):
    inbox = f"{world.domain.url}/inboxes/sam"
    world.social.documents["/people/sam"] |= {"inbox": inbox, "endpoints": {}}

    await world.acct(f"@sam@{world.domain.host}")
    await world.node.say("ann", f"Hello @sam@{world.domain.host}")

    await until(lambda: came(world.domain, "Create"), "it came")
    assert [path for path, _ in world.domain.got] == ["/inboxes/sam"]
    assert world.social.got == []


async def test_a_page_leads_to_whom_it_is_about(world):
    link = f'<link rel="alternate" type="{ACTIVITY}" href="{world.sam}">'
    world.domain.pages["/about-sam"] = ("text/html", f"<html><head>{link}</head></html>")

    (found,) = await world.acct(f"{world.domain.url}/about-sam")

    assert found in (f"sam@{world.domain.host}", f"sam@{world.social.host}")
