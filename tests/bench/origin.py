"""A fake remote fediverse: many actors on many hostnames, all served by one listener.

It serves WebFinger, NodeInfo, actors, their (empty) collections and notes, answers Follow with a signed
Accept, and records every other activity that arrives in an inbox.
"""

import asyncio
import json
import time
from urllib.parse import urlsplit

from aiohttp import web
from wire import AP, Conn, actor_key, public_pem, server_tls, signed_request

CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/v1",
    {
        "toot": "http://joinmastodon.org/ns#",
        "ostatus": "http://ostatus.org#",
        "sensitive": "as:sensitive",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "discoverable": "toot:discoverable",
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "atomUri": "ostatus:atomUri",
        "conversation": "ostatus:conversation",
    },
]
COLLECTIONS = ("outbox", "followers", "following", "featured")
NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.0"


class Actor:
    def __init__(self, scheme, host, name, shared=True):
        self.name, self.host, self.acct = name, host, f"{name}@{host}"
        self.id = f"{scheme}://{host}/users/{name}"
        self.inbox, self.key_id, self.followers = (
            f"{self.id}/inbox",
            f"{self.id}#main-key",
            f"{self.id}/followers",
        )
        self.key = actor_key(self.acct)
        self.doc = {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Person",
            "preferredUsername": name,
            "name": f"Load {name}",
            "summary": "<p>fedload test actor</p>",
            "url": self.id,
            "manuallyApprovesFollowers": False,
            "discoverable": True,
            "published": "2024-01-01T00:00:00Z",
            "inbox": self.inbox,
            **{c: f"{self.id}/{c}" for c in COLLECTIONS},
            "publicKey": {
                "id": self.key_id,
                "owner": self.id,
                "publicKeyPem": public_pem(self.key),
            },
        }
        if shared:
            self.doc["endpoints"] = {"sharedInbox": f"{scheme}://{host}/inbox"}

    def signed(self, method, url, activity=None, date=None):
        body = json.dumps(activity).encode() if activity else b""
        return signed_request(self.key, self.key_id, method, url, body, date)


def answer(doc, content_type="application/json"):
    return web.Response(body=json.dumps(doc).encode(), headers={"Content-Type": content_type})


class Origin:
    def __init__(self, target, actors):
        self.target, self.actors = target, {(a.host, a.name): a for a in actors}
        self.docs = {}  # host + path → a note, for targets that fetch what they were sent
        self.received = {}  # object id of a Create → [(host + path, monotonic time)]
        self.accepts = set()  # ids of the actors whose Follow was accepted
        self.requests, self.samples, self.keep_every, self.transports = 0, [], 0, set()

    async def start(self):
        o = self.target.origin
        tls = server_tls(o["suffix"], o["ip"]) if o["scheme"] == "https" else None
        self.runner = web.ServerRunner(
            web.Server(self.handle, access_log=None, keepalive_timeout=300)
        )
        await self.runner.setup()
        await web.TCPSite(self.runner, o["ip"], o["port"], ssl_context=tls, backlog=1024).start()
        self.outgoing = asyncio.Queue()
        self.sender = asyncio.create_task(self.send_accepts())

    async def stop(self):
        self.sender.cancel()
        await self.runner.cleanup()

    async def send_accepts(self):
        conn = Conn(self.target.connect, self.target.ca)
        while True:
            actor, activity = await self.outgoing.get()
            follower = activity["object"]["actor"]
            inbox = self.target.inbox if follower == self.target.actor else f"{follower}/inbox"
            status, _, body = await conn.send(actor.signed("POST", inbox, activity))
            if status >= 300:
                print("Accept refused:", status, body[:200])

    async def handle(self, req):
        self.requests += 1
        host, path = req.headers.get("Host", ""), req.path
        if req.method == "POST":
            return await self.take(req, host, path)
        _, top, name, *rest = (path + "//").split("/")
        if top == "users" and (actor := self.actors.get((host, name))):
            if path == urlsplit(actor.id).path:
                return answer(actor.doc, AP)
            if rest[0] in COLLECTIONS:
                return answer(
                    {
                        "@context": CONTEXT[0],
                        "id": f"{actor.id}/{rest[0]}",
                        "type": "OrderedCollection",
                        "totalItems": 0,
                        "orderedItems": [],
                    },
                    AP,
                )
            if doc := self.docs.get(host + path):
                return answer({"@context": CONTEXT} | doc, AP)
        elif path == "/.well-known/webfinger":
            name = (
                req.query.get("resource", "").removeprefix("acct:").split("@")[0].rsplit("/", 1)[-1]
            )
            if actor := self.actors.get((host, name)):
                return answer(
                    {
                        "subject": f"acct:{actor.acct}",
                        "aliases": [actor.id],
                        "links": [{"rel": "self", "type": AP, "href": actor.id}],
                    },
                    "application/jrd+json",
                )
        elif path == "/.well-known/nodeinfo":
            return answer(
                {"links": [{"rel": NODEINFO, "href": f"{req.scheme}://{host}/nodeinfo/2.0"}]}
            )
        elif path == "/nodeinfo/2.0":
            return answer(
                {
                    "version": "2.0",
                    "software": {"name": "fedload", "version": "1.0"},
                    "metadata": {},
                    "protocols": ["activitypub"],
                    "services": {"inbound": [], "outbound": []},
                    "openRegistrations": False,
                    "usage": {"users": {"total": 1}},
                },
                f'application/json; profile="{NODEINFO}#"',
            )
        return web.Response(status=404)

    async def take(self, req, host, path):
        body, now = await req.read(), time.monotonic()
        self.transports.add(req.transport)
        activity = json.loads(body)
        kind, obj = activity.get("type"), activity.get("object")
        if kind == "Follow":
            if actor := self.actors.get((host, obj.rsplit("/", 1)[-1])):
                self.outgoing.put_nowait(
                    (
                        actor,
                        {
                            "@context": CONTEXT[0],
                            "id": f"{actor.id}#accepts/{time.time_ns()}",
                            "type": "Accept",
                            "actor": actor.id,
                            "object": activity,
                        },
                    )
                )
        elif kind == "Accept":
            self.accepts.add(obj["actor"] if isinstance(obj, dict) else obj.split("#")[0])
        elif kind == "Create":
            oid = obj["id"] if isinstance(obj, dict) else obj
            self.received.setdefault(oid, []).append((host + path, now))
            if self.keep_every and self.requests % self.keep_every == 0:
                self.samples.append((req.raw_path, req.headers.copy(), body))
        return web.Response(status=202)
