"""Somebody's browser on our pages: a cookie, and forms sent back as they came."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from tests.neighbours import ORIGIN

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser was shown, or where it was sent."""

    status: int
    text: str
    headers: Any

    @property
    def location(self) -> str:
        """Where it leads; empty where it does not."""
        return str(self.headers.get("Location", ""))

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields of its form."""
        return {name: unescape(value) for name, value in HIDDEN.findall(self.text)}


@dataclass
class Browser:
    """A browser; our cookie is for https, so it is carried by hand."""

    client: TestClient[web.Request, web.Application]
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **options: Any) -> Page:
        headers = options.pop("headers", {})
        if method == "POST":
            headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"} | headers
        if self.cookies:
            said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = {"Cookie": said} | headers
        async with self.client.request(
            method, path, headers=headers, allow_redirects=False, **options
        ) as reply:
            for name, cookie in reply.cookies.items():
                self.cookies[name] = cookie.value
            return Page(reply.status, await reply.text(), reply.headers)

    async def open(self, path: str, **options: Any) -> Page:
        """Go to a page."""
        return await self.ask("GET", path, **options)

    async def send(self, path: str, form: dict[str, str], **options: Any) -> Page:
        """Send a form."""
        return await self.ask("POST", path, data=form, **options)

    async def sign_in(self, name: str, password: str, back: str = "/") -> Page:
        """Sign in on our page."""
        return await self.send("/sign-in", {"name": name, "password": password, "next": back})
