#!/usr/bin/env python3
"""First light: what a Hedgerow node must do, asked from outside.

Makes three nodes on loopback, lets people post, reply, join and leave across them, kills two of the
nodes, and lies to one as a stranger would. Knows the product only by its commands and addresses.
Each check is a method of FirstLight and its docstring the claim. README.md says what is assumed.
"""

import argparse
import asyncio
import contextlib
import json
import re
import shutil
import signal
import socket
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from urllib.parse import quote

import aiohttp
import rig
from rig import ACTIVITY, AS2, LD, WEBFINGER, Failed, eventually, expect, mark

from tests.journeys.processes import FOR_ALL

LIMIT_S, CLEAN_UP_S = 150, 8
READY_S, SOON_S, GROUP_S, CATCH_UP_S, RESTING_MIB_MAX = 3, 5, 8, 60, 120
HOME, NOTIFICATIONS = "/api/v1/timelines/home", "/api/v1/notifications"
STATUSES, PUBLIC = "/api/v1/statuses", "/api/v1/timelines/public"
NODEINFO_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
LIES = """without a signature, signed with another key, changed after signing, without a digest,
    dated two days ago, in another actor's name, as application/json, of 2 MiB, 2000 levels deep,
    not in UTF-8"""
USURPATIONS = "attributed to another, that edits another's post, that deletes another's post"


class FirstLight:
    """Three nodes and their people; the checks, in the order they run, later leaning on earlier."""

    def __init__(self, session, folder, command, settings):
        with contextlib.ExitStack() as held:
            sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(4)]
            *ports, last = (one.getsockname()[1] for one in sockets)
        given = zip("ABC", ports, settings, strict=True)
        self.nodes = [rig.Node(name, port, folder, command, how) for name, port, how in given]
        self.a, self.b, self.c = self.nodes
        self.session, self.visitor = session, rig.App(session, self.a)
        self.stranger, self.walkers = rig.Stranger(last, session), self.a.handle("walkers")
        self.address, self.actor, self.lie = rig.Facts(), rig.Facts(), mark("lie")

    def __getattr__(self, name):
        return rig.Facts()[name]  # nothing is known by that name: the check that asks fails

    async def init(self):
        """init makes a node, and repeating it leaves its settings as they are"""
        made = await asyncio.gather(*(node.init() for node in self.nodes))
        expect(made == await asyncio.gather(*(node.init() for node in self.nodes)), "they changed")

    async def accounts(self):
        """account create makes people, and token create prints a token and nothing else"""
        people, printed = {"alice": self.a, "dave": self.a, "bob": self.b, "carol": self.c}, []
        for name, node in people.items():
            options = ["--role", "organiser" if name == "alice" else "member", "--password-stdin"]
            await node.run("account", "create", name, *options, typed=mark("Long and odd ") + "\n")
            printed += [(await node.run("token", "create", name))[0]]
            token = printed[-1].strip().rpartition("\n")[2]
            setattr(self, name, rig.App(self.session, node, name, token))
        odd = [said for said in printed if len(said.split()) != 1]
        expect(not odd, f"token create printed {odd}")

    async def community(self):
        """community create makes a public community that anyone may join"""
        words = "--title Walkers --organiser alice --visibility public --join open"
        await self.a.run(
            "community",
            "create",
            "walkers",
            *FOR_ALL,
            *words.split(),
        )

    async def exit_status(self):
        """wrong usage exits 2, what cannot be done exits 1 with one sentence on standard error"""
        for words in ("frobnicate", "community create no-title", "serve --no-such-option"):
            printed, said = await self.a.run(*words.split(), status=2)
            expect(said and not printed and "Traceback" not in said, f"`{words}` said {said!r}")
        for words in ("token create nobody", "community create x --title X --organiser nobody"):
            printed, said = await self.a.run(*words.split(), status=1)
            expect(len(said.strip().splitlines()) == 1 and not printed, f"`{words}` said {said!r}")

    async def serve(self):
        """serve is ready within 3 s, and /healthz says that it lives"""
        took_s = max([await node.serve(self.visitor) for node in self.nodes])
        await self.visitor.ask("GET", "/healthz")
        expect(took_s <= READY_S, f"it took {took_s:.1f} s")
        return f"{took_s:.1f} s"

    async def memory(self):
        """a node at rest holds at most 120 MiB"""
        await asyncio.sleep(2)
        held = max(node.resident_mib() for node in self.nodes)
        expect(held <= RESTING_MIB_MAX, f"it holds {held:.0f} MiB")
        return f"{held:.0f} MiB"

    async def webfinger(self):
        """WebFinger leads to people and communities; 404 for unknown names, 400 for no question"""
        for name, node in (("alice", self.a), ("walkers", self.a), ("bob", self.b)):
            subject = f"acct:{name}@{node.host}"
            reply = await self.visitor.ask("GET", f"{node.url}{WEBFINGER}?resource={subject}")
            jrd, origins = await reply.json(content_type=None), "Access-Control-Allow-Origin"
            expect(reply.content_type == "application/jrd+json", f"it is {reply.content_type}")
            expect(reply.headers.get(origins) == "*", f"{origins} is not *")
            expect(jrd["subject"] == subject, f"{subject} became {jrd['subject']}")
            self.address[name] = rig.self_link(jrd)
        await self.visitor.ask("GET", f"{WEBFINGER}?resource=acct:nobody@{self.a.host}", 404)
        await self.visitor.ask("GET", WEBFINGER, 400)

    async def nodeinfo(self):
        """host-meta names WebFinger; NodeInfo 2.0 and 2.1 have the shape of their schemas"""
        host_meta = await (await self.visitor.ask("GET", "/.well-known/host-meta")).text()
        expect("lrdd" in host_meta and f"{WEBFINGER}?resource={{uri}}" in host_meta, host_meta)
        links = (await self.visitor.get("/.well-known/nodeinfo"))["links"]
        href = {link["rel"]: link["href"] for link in links}
        for version in ("2.0", "2.1"):
            rig.check_nodeinfo(await self.visitor.get(href[NODEINFO_SCHEMA + version]), version)
        self.address["node"] = href[f"{AS2}#Application"]

    async def actors(self):
        """actor documents have their media type, fields and keys; the node has an actor as well"""
        for name, kind in (("alice", "Person"), ("walkers", "Group"), ("node", "Application")):
            url, needed = self.address[name], {"inbox", "outbox", "preferredUsername", "publicKey"}
            for accept in (LD, ACTIVITY):
                reply = await self.visitor.ask("GET", url, accept=accept)
                expect(rig.is_activity_type(reply.headers["Content-Type"]), f"{reply.content_type}")
                expect("accept" in reply.headers.get("Vary", "").lower(), "Vary lacks Accept")
            actor = self.actor[name] = await reply.json(content_type=None)
            expect((actor["id"], actor["type"]) == (url, kind), f"{actor['type']} {actor['id']}")
            expect(needed <= actor.keys(), f"{name} lacks {needed - actor.keys()}")
            rig.check_keys(actor)
        for actor in (self.actor["alice"], self.actor["walkers"]):
            expect(actor["followers"] and actor["endpoints"]["sharedInbox"], "no sharedInbox")
            expect(rig.ed25519_keys(actor), "no Ed25519 key in assertionMethod")

    async def pages(self):
        """an actor's address gives a browser a page; what does not exist is 404 in every form"""
        for name in ("alice", "walkers"):
            page = await self.visitor.ask("GET", self.address[name], accept="text/html")
            expect(page.content_type == "text/html", f"{name} is shown as {page.content_type}")
            for accept in (ACTIVITY, "text/html"):
                await self.visitor.ask("GET", self.address[name] + "0", 404, accept)
        reply = await self.alice.ask("GET", "/api/hedgerow/v1/no-such-thing", 404)
        expect(reply.content_type == "application/problem+json", f"{reply.content_type}")

    async def profile(self):
        """verify_credentials gives the whole account, nothing null, pictures at real addresses"""
        me = self.me = await self.alice.get("/api/v1/accounts/verify_credentials")
        rig.check_account(me)
        expect(me["username"] == me["acct"] == "alice", f"it is of {me['acct']}")

    async def statuses(self):
        """a post has all its fields, and the same Idempotency-Key twice makes one post"""
        text, key = mark("once"), {"Idempotency-Key": mark("key")}
        form = {"status": text, "visibility": "public"}
        first, second = [await self.alice.post("statuses", form, headers=key) for _ in range(2)]
        expect(first["id"] == second["id"], f"{first['id']} and {second['id']}")
        rig.check_status(first)
        expect(len(await self.alice.home(text)) == 1, "not once in the home timeline")

    async def paging(self):
        """a post may come as JSON, a form or a query; timelines are newest first, paged by Link"""
        text, seen, url = mark("page"), [], f"{HOME}?limit=1"
        for number, shape in enumerate(("json", "data", "params")):
            draft = {"status": f"{text}n{number}", "visibility": "public"}
            await self.alice.ask("POST", STATUSES, **{shape: draft})
        for _ in range(3):
            reply = await self.alice.ask("GET", url)
            seen += [re.findall(rf"{text}n(\d)", item["content"]) for item in await reply.json()]
            header = reply.headers.get("Link", "")
            expect(re.search(r'<http[^>]*max_id=[^>]*>; *rel="next"', header), f"Link: {header}")
            expect("prev" in reply.links, f"no way to what is newer in Link: {header}")
            url = str(reply.links["next"]["url"])
        expect(seen == [["2"], ["1"], ["0"]], f"one a page gave {seen}")

    async def errors(self):
        """401 without a token, 422 for an empty post, 404 for an unknown one, as {"error": ...}"""
        liar, empty = rig.App(self.session, self.a, token=mark("no")), {"status": ""}
        for reply in (
            await self.visitor.ask("GET", HOME, 401),
            await liar.ask("GET", HOME, 401),
            await self.visitor.ask("POST", STATUSES, 401, data=empty),
            await self.alice.ask("POST", STATUSES, 422, data=empty),
            await self.alice.ask("GET", f"{STATUSES}/1", 404),
        ):
            said = await reply.json(content_type=None)
            expect(isinstance(said.get("error"), str), f"{reply.status} came with {said}")

    async def following(self):
        """alice finds bob on another node by his handle and follows him; he is told"""
        self.bob_on_a = await self.alice.follow(self.bob.handle)
        expect(self.bob_on_a["acct"] == self.bob.handle[1:], f"acct is {self.bob_on_a['acct']}")
        await self.bob.hears("follow")
        self.known_on_a = await self.bob.tell(self.alice, "known")

    async def posting(self):
        """what bob posts stands in alice's home timeline within 5 s"""
        text = mark("public")
        self.post_on_b = await self.bob.say(text)
        self.post_on_a = await self.alice.sees(text)

    async def privacy(self):
        """followers-only and direct posts reach alice, and nobody else on her node or outside"""
        private, direct = mark("private"), mark("direct")
        sent = [await self.bob.say(private, "private")]
        sent += [await self.bob.say(f"{self.alice.handle} {direct}", "direct")]
        told = await self.alice.hears("mention", direct)
        got = [await self.alice.sees(private), told["status"]]
        asked = [f"/api/v2/search?resolve=true&q={quote(one['uri'], safe='')}" for one in got]
        asked += [f"/api/v1/accounts/{self.bob_on_a['id']}/statuses", HOME, PUBLIC, NOTIFICATIONS]
        for path in asked:
            text = await (await self.dave.ask("GET", path)).text()
            expect(private not in text and direct not in text, f"dave was shown it at {path}")
        for here, there in zip(got, sent, strict=True):
            await self.dave.ask("GET", f"{STATUSES}/{here['id']}", 404)
            reply = await self.visitor.ask("GET", there["uri"], None, ACTIVITY)
            expect(reply.status in (401, 403, 404), f"an unsigned GET answered {reply.status}")

    async def answers(self):
        """alice's reply, favourite and boost reach bob as notifications"""
        text, seen = mark("reply"), self.post_on_a["id"]
        await self.alice.say(f"{self.bob.handle} {text}", in_reply_to_id=seen)
        await self.alice.post(f"statuses/{seen}/favourite")
        await self.alice.post(f"statuses/{seen}/reblog")
        reply = (await self.bob.hears("mention", text))["status"]
        expect(reply["in_reply_to_id"] == self.post_on_b["id"], "the reply hangs elsewhere")
        for kind in ("favourite", "reblog"):
            about = (await self.bob.hears(kind))["status"]
            expect(about["id"] == self.post_on_b["id"], f"the {kind} is of another post")

    async def changes(self):
        """bob's edit reaches alice, and so does his deletion"""
        text, path = mark("edited"), f"statuses/{self.post_on_b['id']}"
        await self.bob.post(path, {"status": text}, "PUT")

        async def is_edited():
            status = await self.alice.get(f"{STATUSES}/{self.post_on_a['id']}")
            return text in status["content"] and status["edited_at"]

        await eventually(is_edited, SOON_S, "alice did not see the edit")
        await self.bob.ask("DELETE", f"/api/v1/{path}")
        await self.alice.loses(self.post_on_a)

    async def unfollowing(self):
        """after alice unfollows bob she gets no more of his posts"""
        await self.alice.post(f"accounts/{self.bob_on_a['id']}/unfollow")
        alice_on_b, text = await self.bob.search(self.alice.handle, "accounts"), mark("unwanted")

        async def is_heard():
            return not (await self.bob.relation(alice_on_b))["followed_by"]

        await eventually(is_heard, SOON_S, "bob's node still counts her as a follower")
        await self.bob.say(text)
        await self.bob.say(text, "private")
        await self.bob.tell(self.alice, "fence")
        expect(not await self.alice.home(text), "she got one")

    async def joining(self):
        """bob and carol join alice's community by following its handle"""
        for person in (self.bob, self.carol):
            found = await person.follow(self.walkers)
            expect(found["group"] is True, "it is not shown as a group")

    async def group_post(self):
        """bob mentions the community: within 8 s carol sees his post, boosted by it, once"""
        text = mark("walk")
        self.walk_on_b = await self.bob.say(f"{self.walkers} {text}")
        seen = await self.carol.sees(text, GROUP_S)
        expect("@" + seen["account"]["acct"] == self.walkers and seen["reblog"], "not as a boost")
        expect(len(await self.carol.home(text)) == 1, "she sees it more than once")
        self.walk_on_c = seen["reblog"]

    async def group_comment(self):
        """carol's comment reaches bob and alice, in the thread and not as a boost"""
        text = mark("comment")
        draft = f"{self.bob.handle} {self.walkers} {text}"
        await self.carol.say(draft, in_reply_to_id=self.walk_on_c["id"])
        await self.bob.hears("mention", text, GROUP_S)
        self.walk_on_a = await self.alice.search(self.walk_on_b["uri"], "statuses")

        async def is_below():
            thread = await self.alice.get(f"{STATUSES}/{self.walk_on_a['id']}/context")
            return any(text in status["content"] for status in thread["descendants"])

        await eventually(is_below, GROUP_S, "alice does not find it below the post")
        boosts = [item for item in await self.bob.home(text) if item.get("reblog")]
        expect(not boosts, "the community boosts comments into home timelines")

    async def group_delete(self):
        """when bob deletes his community post it is gone on all three nodes"""
        await self.bob.ask("DELETE", f"{STATUSES}/{self.walk_on_b['id']}")
        await self.bob.loses(self.walk_on_b)
        await self.alice.loses(self.walk_on_a, GROUP_S)
        await self.carol.loses(self.walk_on_c, GROUP_S)

    async def leaving(self):
        """carol leaves and gets no more of the community, while dave, who joined, does"""
        await self.dave.follow(self.walkers)
        group, text = await self.carol.search(self.walkers, "accounts"), mark("later")
        await self.carol.post(f"accounts/{group['id']}/unfollow")
        await self.carol.tell(self.alice, "fence")
        await self.bob.say(f"{self.walkers} {text}")
        await self.dave.sees(text, GROUP_S)
        await self.alice.tell(self.carol, "fence")
        expect(not await self.carol.home(text), "she got it")

    async def peer_down(self):
        """30 posts made while bob's node is down reach him within 60 s of its return, once each"""
        await self.bob.follow(self.alice.handle)
        await rig.end(self.b.process, signal.SIGKILL)
        words = await self.alice.say_numbered(mark("away"), 30)
        await self.b.serve(self.visitor)
        return await self.bob.gets_each_once(words, CATCH_UP_S)

    async def killed(self):
        """a node killed right after its last 200 has all it accepted, and delivers it, once each"""
        word = mark("kept")
        words = await self.alice.say_numbered(word, 10)
        await rig.end(self.a.process, signal.SIGKILL)
        await self.a.serve(self.visitor)
        own = await self.alice.tally(word, f"/api/v1/accounts/{self.me['id']}/statuses")
        expect(own == Counter(words), f"of 10 accepted posts it has {own.total()}")
        return await self.bob.gets_each_once(words, CATCH_UP_S)

    async def mention(self, **how):
        text, alice, stranger = mark("signed"), self.actor["alice"], self.stranger
        status = await stranger.deliver(alice["inbox"], stranger.create(text, alice), **how)
        expect(status in range(200, 300), f"the inbox answered {status}")
        await self.alice.hears("mention", text)

    async def refused(self, kind):
        """Send alice one lie; what it was answered. Usurpers need not be told that they failed."""
        alice, bobs = self.actor["alice"], (self.address["bob"], self.known_on_a["uri"])
        body, headers = self.stranger.forge(kind, self.lie, alice, *bobs)
        status = await self.stranger.send(alice["inbox"], body, headers)
        expect(status in range(200 if kind in USURPATIONS else 400, 500), f"answered {status}")
        return str(status)

    async def no_effect(self):
        """none of those had an effect that shows, and the node still takes what is true"""
        await self.mention()
        for path in (NOTIFICATIONS, HOME, PUBLIC):
            text = await (await self.alice.ask("GET", f"{path}?limit=40")).text()
            expect(self.lie not in text, f"one of them is shown at {path}")
        kept = await self.alice.get(f"{STATUSES}/{self.known_on_a['id']}")
        expect(kept["content"] == self.known_on_a["content"], "bob's post was changed")
        await self.visitor.ask("GET", "/readyz")

    async def repeated(self):
        """the same message sent five times at once shows once"""
        text, alice, deliver = mark("five"), self.actor["alice"], self.stranger.deliver
        create = self.stranger.create(text, alice)
        statuses = await asyncio.gather(*(deliver(alice["inbox"], create) for _ in range(5)))
        expect(max(statuses) < 300, f"the inbox answered {statuses}")
        await self.alice.hears("mention", text)
        await self.mention()
        expect(len(await self.alice.told("mention", text)) == 1, "alice is told more than once")


def checks(one):
    """All checks as (claim, check), in the order they run."""
    told = [one.init, one.accounts, one.community, one.exit_status, one.serve, one.memory]
    told += [one.webfinger, one.nodeinfo, one.actors, one.pages]
    told += [one.profile, one.statuses, one.paging, one.errors]
    told += [one.following, one.posting, one.privacy, one.answers, one.changes, one.unfollowing]
    told += [one.joining, one.group_post, one.group_comment, one.group_delete, one.leaving]
    told += [one.peer_down, one.killed]
    yield from ((str(check.__doc__), check) for check in told)
    yield "a stranger's mention of alice, signed as draft-cavage-12 says, reaches her", one.mention
    yield "one signed as RFC 9421 says reaches her too", partial(one.mention, rfc9421=True)
    for kind in re.split(r",\s+", f"{LIES}, {USURPATIONS}"):
        outcome = "is withstood" if kind in USURPATIONS else "is refused"
        yield f"a message {kind} {outcome}", partial(one.refused, kind)
    yield from ((str(check.__doc__), check) for check in (one.no_effect, one.repeated))


async def attempt(check, deadline):
    """Whether the claim holds, and a remark or the reason why not."""
    try:
        async with asyncio.timeout_at(deadline):
            return True, await check() or ""
    except TimeoutError:
        return False, f"no answer in time (the whole run may take {LIMIT_S} s)"
    except Exception as why:  # noqa: BLE001 - one odd answer must not end the whole run
        return False, str(why) if isinstance(why, Failed) else f"{type(why).__name__}: {why}"


async def run(options, out):
    """Run all checks, one line each; the results. Leaves no process, and no folder unless asked."""
    loop, folder = asyncio.get_running_loop(), Path(tempfile.mkdtemp(prefix="first-light-"))
    loop.add_signal_handler(signal.SIGTERM, lambda task: task.cancel(), asyncio.current_task())
    deadline, results = loop.time() + LIMIT_S - CLEAN_UP_S, []
    connector, patience = aiohttp.TCPConnector(force_close=True), aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(connector=connector, timeout=patience) as session:
        one = FirstLight(session, folder, options.hedgerow, options.settings)
        try:
            await one.stranger.listen()
            for claim, check in checks(one):
                holds, remark = await attempt(check, deadline)
                results.append({"claim": claim, "ok": holds, "remark": remark})
                shown = (f" ({remark})" if remark else "") if holds else f" — {remark}"
                print("ok  " if holds else "FAIL", claim + shown, file=out, flush=True)
        finally:
            await asyncio.gather(*(rig.end(node.process, signal.SIGTERM) for node in one.nodes))
            await one.stranger.close()
            if options.keep:
                print(f"kept: {folder}", file=sys.stderr)
            else:
                shutil.rmtree(folder, ignore_errors=True)
    return results


def read_options():
    parser = argparse.ArgumentParser(description="Black-box checks of a Hedgerow node.")
    say, usual = parser.add_argument, shutil.which(Path(sys.executable).with_name("hedgerow"))
    say("--hedgerow", default=usual or "hedgerow", help="usually beside this Python, or on PATH")
    say("--engine", nargs="+", default=["sqlite"], help="sqlite, or postgres and its three DSNs")
    say("--keep", action="store_true", help="keep the nodes' folders and logs")
    say("--json", action="store_true", help="print one JSON document on standard output")
    options = parser.parse_args()
    if shutil.which(options.hedgerow) is None:
        parser.error(f"there is no command {options.hedgerow}; name it with --hedgerow")
    kind, *sources = options.engine
    if (kind, len(sources)) not in (("sqlite", 0), ("postgres", 3)):
        parser.error("--engine is `sqlite`, or `postgres` and three DSNs")
    options.settings = [{"HEDGEROW_DATABASE__URL": dsn} for dsn in sources] or [{}, {}, {}]
    return options


def main():
    options = read_options()
    out = sys.stderr if options.json else sys.stdout
    try:
        results = asyncio.run(run(options, out))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 1
    failed = sum(not result["ok"] for result in results)
    if options.json:
        print(json.dumps({"passed": len(results) - failed, "failed": failed, "checks": results}))
    print(f"{len(results) - failed} passed, {failed} failed", file=out)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
