"""A node as its people use it: pages with a browser's cookie and forms, apps, and commands."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.journeys.processes import NodeProcess, Phone, free_port

PASSWORD = "a long walk on sunday"
SEEN_S = 20.0
THRICE_A_MINUTE_S = 120.0
"""Within what time is done what waits for work that is done every twenty seconds, at both ends."""

TOKEN = re.compile(r'name="token" value="([^"]*)"')


@dataclass
class Neighbour:
    """One running node, and the people whom a test made there."""

    node: NodeProcess
    tokens: dict[str, str] = field(default_factory=dict)
    browsers: dict[str, aiohttp.ClientSession] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.node.url

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def handle(self, name: str) -> str:
        """How somebody or a community of this node is written elsewhere."""
        return f"@{name}@{self.host}"

    async def make(self, *people: str, database: str = "") -> None:
        """Make the node and its people; they sign in with `PASSWORD`."""
        place = ("--database", database) if database else ()
        words = ("--url", self.url, "--name", "Test", "--development", *place)
        await self.do("init", *words)
        for name in people:
            await self.add(name)

    async def add(self, name: str, role: str = "member") -> None:
        """Make an account, with an app that has let itself in."""
        words = ("--role", role, "--password-stdin")
        await self.do("account", "create", name, *words, typed=f"{PASSWORD}\n")
        self.tokens[name] = (await self.do("token", "create", name)).strip()

    async def do(self, *words: str, typed: str = "") -> str:
        """A command that has to work; what it prints."""
        status, out, err = await self.node.run(*words, typed=typed)
        assert status == 0, f"{words}: {err}"
        return out

    async def phone(self, name: str) -> Phone:
        """Somebody's app."""
        return Phone(await self.browser(name), self.url, self.tokens[name])

    async def browser(self, name: str) -> aiohttp.ClientSession:
        """Somebody's browser, signed in."""
        if name not in self.browsers:
            session = aiohttp.ClientSession(
                cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": self.url}
            )
            self.browsers[name] = session
            form = {"name": name, "password": PASSWORD, "next": "/"}
            async with session.post(f"{self.url}/sign-in", data=form) as reply:
                assert reply.status == 200, await reply.text()
        return self.browsers[name]

    async def page(self, name: str, path: str) -> str:
        """What somebody is shown at a path; empty where there is nothing for them."""
        session = await self.browser(name)
        async with session.get(f"{self.url}{path}") as reply:
            return await reply.text() if reply.status == 200 else ""

    async def press(self, name: str, /, path: str, to: str = "", **form: str) -> str:
        """Send a form that a page has, to where it says; the page that it leads to."""
        page, to = await self.page(name, path), to or path
        token = TOKEN.search(page)
        assert token, f"there is no form at {path} for {name}"
        assert f'action="{to}"' in page, f"no form of {path} goes to {to}"
        session = await self.browser(name)
        data = {"token": unescape(token[1]), **form}
        async with session.post(f"{self.url}{to}", data=data) as reply:
            text = await reply.text()
            assert reply.status == 200, f"{to} {form}: {reply.status} {text[:500]}"
            return text

    async def find(self, name: str, address: str) -> dict[str, Any]:
        """Whom or what an address leads to, asked by somebody until it does."""
        phone = await self.phone(name)

        async def ask() -> Any:
            path = f"/api/v2/search?resolve=true&q={address}"
            answer = await phone.ask("GET", path)
            return answer and (answer["statuses"] or answer["accounts"])

        return dict((await until(ask, f"{address} is found"))[0])

    async def follow(self, name: str, handle: str) -> dict[str, Any]:
        """Follow somebody, or join a community; done once the other side said yes."""
        phone, whom = await self.phone(name), await self.find(name, handle)
        await phone.ask("POST", f"/api/v1/accounts/{whom['id']}/follow")

        async def is_following() -> bool:
            path = f"/api/v1/accounts/relationships?id[]={whom['id']}"
            return bool((await phone.ask("GET", path))[0]["following"])

        await until(is_following, f"{name} follows {handle}")
        return whom

    async def say(self, name: str, text: str, **fields: Any) -> dict[str, Any]:
        """Publish a post; its status."""
        phone = await self.phone(name)
        made = await phone.ask("POST", "/api/v1/statuses", status=text, **fields)
        assert made, f"{name} could not say {text}"
        return dict(made)

    async def status(self, name: str, post_id: str) -> dict[str, Any]:
        """A post as somebody's app shows it; empty where there is none for them."""
        found = await (await self.phone(name)).ask("GET", f"/api/v1/statuses/{post_id}")
        return dict(found or {})

    async def has(self, name: str, post_id: str) -> bool:
        """Whether somebody is shown a post, by the app and on its page."""
        by_app = bool(await self.status(name, post_id))
        on_page = await self.page(name, f"/seen/posts/{post_id}") != ""
        return by_app and on_page

    async def texts(self, name: str, path: str) -> list[str]:
        """The words of the posts in a list, as somebody's app shows them."""
        found = await (await self.phone(name)).ask("GET", path)
        return [plain((one.get("reblog") or one)["content"]) for one in found or []]

    async def start(self) -> None:
        await self.node.start()

    async def end(self) -> None:
        for session in self.browsers.values():
            await session.close()
        await self.node.end()


def plain(html: str) -> str:
    """HTML as words."""
    return unescape(re.sub(r"<[^>]*>", "", html))


async def until(question: Callable[[], Awaitable[Any]], what: str, within_s: float = SEEN_S) -> Any:
    """Ask until the answer is yes."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + within_s
    while loop.time() < ends_at:
        if answer := await question():
            return answer
        await asyncio.sleep(0.1)
    pytest.fail(f"never: {what}")


def neighbour(folder: Path, name: str = "127.0.0.1") -> Neighbour:
    """A node that is to be made in a folder; `name` is its address on loopback."""
    return Neighbour(NodeProcess(folder, free_port(name), name=name))
