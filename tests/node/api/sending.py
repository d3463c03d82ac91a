"""Sending pictures over the client API, and loading them as apps do: without a token."""

from dataclasses import dataclass
from typing import Any

from aiohttp import FormData

from tests.neighbours import ORIGIN
from tests.node.house import Caller, House, Reply
from tests.pictures import a_picture

MEDIA = "/api/v2/media"
STATUSES = "/api/v1/statuses"


def form_of(body: bytes, field: str = "file", **fields: str) -> FormData:
    """A form with a picture in it."""
    form = FormData(fields)
    form.add_field(field, body, filename="walk.jpg", content_type="image/jpeg")
    return form


async def try_to_send(caller: Caller, body: bytes, path: str = MEDIA, **fields: str) -> Reply:
    """What is answered to a picture."""
    return await caller.ask("POST", path, data=form_of(body, **fields))


async def send_picture(caller: Caller, **fields: str) -> dict[str, Any]:
    """Send a picture; its `MediaAttachment`."""
    reply = await try_to_send(caller, a_picture(), **fields)
    assert reply.status == 200, reply.text
    return dict(reply.value)


async def say_with_picture(caller: Caller, text: str = "Look", **fields: str) -> dict[str, Any]:
    """Publish a post with a picture; its status."""
    picture = await send_picture(caller, description="A hedge")
    return await caller.say(text, **{"media_ids[]": picture["id"]} | fields)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading an address."""

    status: int
    media_type: str
    body: bytes


async def load(house: House, url: str) -> Loaded:
    """Load an address of ours as an app does."""
    async with house.client.get(url.removeprefix(ORIGIN), headers={"Accept": "image/*"}) as reply:
        return Loaded(reply.status, reply.content_type, await reply.read())


async def loads(house: House, *urls: str) -> list[int]:
    """With which status each address answers."""
    return [(await load(house, url)).status for url in urls]


def picture_in(status: dict[str, Any]) -> dict[str, Any]:
    """The one picture of a status."""
    (found,) = status["media_attachments"]
    return dict(found)
