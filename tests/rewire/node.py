"""The node under test as its clients and peers see it: its client API, and things of its own to point at."""

import asyncio
import json
import time
from urllib.parse import quote, urlsplit

import aiohttp


class Node:
    """The node under test, as its clients and peers see it."""

    def __init__(self, world, options):
        self.world, self.options, self.base = world, options, options.target.rstrip("/")
        self.errors, self.me, self.actor, self.community, self.post = [], None, None, None, None

    async def call(self, method, path, form=None):
        """(status, parsed body) of a client API call; a server error is held against the document at hand."""
        headers = {"Authorization": f"Bearer {self.options.token}"}
        try:
            async with self.world.session.request(
                method, self.base + path, data=form, headers=headers
            ) as response:
                text = await response.text(errors="replace")
                if response.status >= 500:
                    self.errors.append(f"{method} {path.split('?')[0]} answered {response.status}")
                return response.status, json.loads(text) if text[:1] in ("{", "[") else {}
        except (TimeoutError, aiohttp.ClientError) as error:
            self.errors.append(f"{method} {path.split('?')[0]}: {type(error).__name__}")
            return 0, {}

    async def meet(self):
        """Learn our account, its actor and inbox, the community, and write the post that variants point at."""
        status, self.me = await self.call("GET", "/api/v1/accounts/verify_credentials")
        if status != 200:
            raise SystemExit(f"rewire: the token was not accepted ({status})")
        self.actor = self.options.local_actor or await self.actor_of(self.me["username"])
        self.community = (
            self.options.local_community
            or self.options.community
            and await self.actor_of(self.options.community)
            or self.actor
        )
        document = await self.get_signed(self.actor)
        self.world.inbox = (
            self.options.inbox
            or (document.get("endpoints") or {}).get("sharedInbox")
            or document["inbox"]
        )
        await self.call(
            "PATCH", "/api/v1/accounts/update_credentials", {"locked": "false"}
        )  # so that a Follow is answered at once
        await self.write_post()

    async def write_post(self):
        """A new post of ours to react to, so that no reaction is a second one; a given one is kept."""
        if self.post is None or not self.options.local_post:
            form = {
                "status": f"A post for other servers to react to, {time.time_ns()}",
                "visibility": "public",
            }
            _, self.post = await self.call("POST", "/api/v1/statuses", form)
            self.post["uri"] = self.options.local_post or self.post.get("uri")

    async def actor_of(self, name):
        resource_name = quote(f"acct:{name}@{self.options.domain or urlsplit(self.base).netloc}")
        _, jrd = await self.call("GET", f"/.well-known/webfinger?resource={resource_name}")
        return next(
            (link["href"] for link in jrd.get("links", []) if link.get("rel") == "self"), None
        )

    async def get_signed(self, url):
        url = self.base + urlsplit(url).path
        async with self.world.session.get(
            url, headers=self.world.signed(self.world.canary, "GET", url, None)
        ) as response:
            return await response.json(content_type=None)

    async def search(self, text, kind, resolve):
        _, found = await self.call(
            "GET",
            f"/api/v2/search?q={quote(text, safe='')}&type={kind}&resolve={str(resolve).lower()}",
        )
        return next(iter(found.get(kind) or []), None) if isinstance(found, dict) else None

    async def status(self, iri):
        """The status made of the object at `iri`, if the node already has it: nothing is fetched for the asking."""
        found = await self.search(iri, "statuses", False)
        if found is None:
            _, home = await self.call("GET", "/api/v1/timelines/home?limit=40")
            shown = [each.get("reblog") or each for each in home] if isinstance(home, list) else []
            found = next(
                (each for each in shown if iri in (each.get("uri"), each.get("url"))), None
            )
        return found

    async def follow(self, iri):
        """Follow a remote actor and wait for its Accept, so that its posts concern this node."""
        account = await self.search(iri, "accounts", True)
        if account is None:
            return None
        await self.call("POST", f"/api/v1/accounts/{account['id']}/follow")
        await self.until(lambda: self.is_following(account["id"]), 2)
        return account

    async def is_following(self, account_id):
        _, found = await self.call("GET", f"/api/v1/accounts/relationships?id[]={account_id}")
        return bool(found and found[0].get("following"))

    async def is_followed_by(self, actor):
        _, found = await self.call("GET", f"/api/v1/accounts/{self.me['id']}/followers?limit=80")
        name, authority = self.world.actor(actor).get("preferredUsername"), urlsplit(actor).netloc
        return any(each.get("acct") == f"{name}@{authority}" for each in found)

    async def count(self, field):
        _, found = await self.call("GET", f"/api/v1/statuses/{self.post['id']}")
        return found.get(field, 0)

    async def until(self, question, seconds=None):
        """Ask again until the answer is true, or the time is up: the last answer."""
        end, pause = time.monotonic() + (self.options.wait if seconds is None else seconds), 0.02
        while not (answer := await question()) and time.monotonic() < end:
            await asyncio.sleep(pause)
            pause = min(pause * 1.7, 0.5)
        return answer

    async def is_well(self):
        status, _ = await self.call("GET", self.options.health)
        return 200 <= status < 300
