"""A weblog that speaks ActivityPub with the library pubby, on loopback, for tests to speak to."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from pubby import (
    ActivityPubHandler,
    ActorConfig,
    Object,
    SignatureVerificationError,
    build_undo_activity,
)
from pubby.crypto import generate_rsa_keypair
from pubby.storage.adapters.file import FileActivityPubStorage

from tests.journeys.processes import free_port

ACTIVITY = "application/activity+json"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@dataclass
class PubbyWeblog:
    """The weblog of otto. What pubby does blocks, so it has a thread for each thing that it does.

    `received` holds every activity whose signature pubby has checked, in the order they came,
    `delivered` the status of each message it sent, `answers` what became of its follows.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    received: list[dict[str, Any]] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    answers: dict[str, bool] = field(default_factory=dict)
    notes: dict[str, Object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.handler = ActivityPubHandler(
            FileActivityPubStorage(self.folder),
            ActorConfig(base_url=self.url, username="otto", name="Otto"),
            private_key=generate_rsa_keypair()[0],
            webfinger_domain=f"127.0.0.1:{self.port}",
            max_retries=1,
            async_delivery=False,
            allow_private_targets=True,
            on_activity=lambda _, activity: self.received.append(activity),
            on_follow_response=self.answers.__setitem__,
            on_delivery_result=lambda result: self.delivered.append(result["status"]),
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/.well-known/webfinger", self._webfinger)
        app.router.add_get("/ap/actor", self._actor)
        app.router.add_get("/notes/{key}", self._note)
        app.router.add_post("/ap/inbox", self._inbox)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()

    async def end(self) -> None:
        await self.runner.cleanup()

    async def follow(self, actor: str) -> dict[str, Any]:
        """Ask to follow an actor; the activity."""
        return await self.do("Follow", actor, to=actor)

    async def do(self, kind: str, about: Any, *, to: str) -> dict[str, Any]:
        """Send an activity of `kind` about something to one actor; the activity."""
        activity = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.url}/activities/{len(self.delivered)}",
            "type": kind,
            "actor": self.handler.actor_id,
            "object": about,
            "to": [to],
            "cc": [PUBLIC],
        }
        return dict(await asyncio.to_thread(self.handler.publish_activity, activity))

    async def undo(self, activity: dict[str, Any]) -> None:
        """Take back what was sent before."""
        undo = build_undo_activity(activity, self.handler.actor_id)
        await asyncio.to_thread(self.handler.publish_activity, undo)

    async def write(self, text: str, *, to: str = "", answers: str | None = None) -> str:
        """Publish a note to all and to an actor; its id."""
        note = Object(
            id=f"{self.url}/notes/{len(self.notes)}",
            content=text,
            attributed_to=self.handler.actor_id,
            in_reply_to=answers,
            to=[PUBLIC],
            cc=[self.handler.followers_url, *filter(None, [to])],
        )
        await self.publish(note, "Create")
        return str(note.id)

    async def publish(self, note: Object, kind: str) -> None:
        """Send a Create, Update or Delete of a note."""
        self.notes[note.id] = note
        if kind == "Delete":
            del self.notes[note.id]
        await asyncio.to_thread(self.handler.publish_object, note, kind)

    def followers(self) -> list[str]:
        """Who follows the weblog, as pubby has stored it."""
        return [each.actor_id for each in self.handler.storage.get_followers()]

    def reactions(self, iri: str) -> dict[str, str]:
        """What pubby has stored about a note: kind of reaction, and the words that it holds."""
        found = self.handler.storage.get_interactions(iri)
        return {each.interaction_type.value: each.content for each in found}

    async def _inbox(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            await asyncio.to_thread(
                self.handler.process_inbox_activity,
                json.loads(body),
                path=request.path,
                headers=dict(request.headers),
                body=body,
            )
        except SignatureVerificationError:
            return web.Response(status=401)
        return web.Response(status=202)

    async def _webfinger(self, request: web.Request) -> web.Response:
        found = self.handler.get_webfinger_response(request.query["resource"])
        return _document(found, "application/jrd+json")

    async def _actor(self, _request: web.Request) -> web.Response:
        return _document(self.handler.get_actor_document(), ACTIVITY)

    async def _note(self, request: web.Request) -> web.Response:
        note = self.notes.get(f"{self.url}{request.path}")
        return _document(note and note.to_dict(), ACTIVITY)


def _document(value: dict[str, Any] | None, media_type: str) -> web.Response:
    if value is None:
        return web.Response(status=404)
    return web.json_response(value, content_type=media_type)
