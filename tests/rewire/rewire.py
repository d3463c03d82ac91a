#!/usr/bin/env python3
"""Replays real wire documents from many kinds of servers against one node, on loopback, and reports what it did.

This file drives the run and judges it; `world.py` rewrites and serves; `expected.py` says what should happen.
See README.md.
"""

import argparse
import asyncio
import collections
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

import aiohttp
from documents import ACTORS, body_of, iri_of, is_activity, is_web, many, origin_of, read_documents
from effects import Effects
from expected import HANDLE, ORDER, expected_for, innermost
from selftest import check_tool
from signing import Keys, make_authority
from world import World

from node import Node

WELL_KNOWN = re.compile(
    r"/(\.well-known/.*|nodeinfo/.*|favicon\.ico|robots\.txt|api/v\d/instance)?"
)
AS2_ACTORS = ("Person", "Group", "Organization", "Service", "Application")
FETCHES_MAX = 50  # for one document; more is a storm
CANARY_EVERY = 10  # documents between two proofs that the inbox still works


@dataclasses.dataclass
class Outcome:
    """What became of one document under one kind of signature."""

    file: str
    software: str
    kind: str
    variant: str
    signature: str
    expected: str
    status: int | None = None
    shown: bool | None = None
    fetched: int = 0
    seconds: float = 0.0
    passed: bool = True
    why: str = ""


class Run:
    """One pass over the documents, under one form of signature."""

    def __init__(self, world, node, options, rfc9421):
        self.world, self.node, self.options, self.rfc9421 = world, node, options, rfc9421
        self.effects = Effects(world, node, rfc9421)
        self.followed, self.outcomes, self.serial = set(), [], 0

    async def all(self):
        rank = {
            document.file: next(
                place for place, pattern in enumerate(ORDER) if re.match(pattern, document.kind)
            )
            for document in self.world.documents
        }
        for document in sorted(self.world.documents, key=lambda each: rank[each.file]):
            await self.one(document, "as it is")
            if (
                is_activity(document)
                and self.options.local
                and re.match(
                    r"(Undo\()?(Like|Dislike|EmojiReact|Announce|Flag|Quote)", document.kind
                )
            ):
                await self.node.write_post()
            if (
                is_activity(document)
                and self.options.local
                and (value := self.effects.localised(document))
            ):
                await self.one(dataclasses.replace(document, value=value), "made local")
            if len(self.outcomes) % CANARY_EVERY == 0 or not self.outcomes[-1].passed:
                await self.canary(self.outcomes[-1])
        await self.canary(self.outcomes[-1])
        return self.outcomes

    async def one(self, document, variant):
        local = variant == "made local"
        verdict, effect, reason = expected_for(document, local)
        outcome = Outcome(
            document.file,
            document.software,
            document.kind,
            variant,
            "rfc9421" if self.rfc9421 else "cavage",
            f"{verdict}{' and ' + effect if effect else ''}: {reason}",
        )
        mark, started, self.node.errors = len(self.world.log), time.monotonic(), []
        self.world.unsigned.clear()
        try:
            if is_activity(document) or not isinstance(document.value, dict):
                await self.send(document, outcome, verdict, effect)
            else:
                await self.resolve(document, outcome, verdict, effect)
        except (TimeoutError, aiohttp.ClientError) as error:
            self.fail(outcome, f"no answer: {type(error).__name__}")
        outcome.seconds = round(time.monotonic() - started, 3)
        hits = self.world.log[mark:]
        outcome.fetched = sum(method == "GET" for method, _ in hits)
        for problem in (
            self.node.errors
            + self.trespasses(hits)
            + ([] if await self.node.is_well() else ["the node is not well afterwards"])
        ):
            self.fail(outcome, problem)
        self.outcomes.append(outcome)

    def fail(self, outcome, why):
        outcome.passed, outcome.why = False, f"{outcome.why}; {why}" if outcome.why else why

    async def resolve(self, document, outcome, verdict, effect):
        """Ask the node, as one of its members, for a document that nobody sent it."""
        value, kind = document.value, "accounts" if effect == "account" else "statuses"
        query = self.world.uploads.get(document.file) or iri_of(value)
        if document.kind == "WebFinger":
            query = next(
                filter(HANDLE.fullmatch, [value["subject"], *many(value.get("aliases"))]), ""
            ).replace("acct:", "@")
        if document.kind == "NodeInfo":
            link = next(iter(many(value.get("links"))), None)
            query = origin_of(link["href"]) + "/users/rewire" if link else None
            kind = "accounts"
        if document.kind in ACTORS:
            kind = "accounts"
        if (
            not isinstance(query, str)
            or not query.startswith(("http", "@"))
            or "INVALID" in document.remarks
        ):
            outcome.variant = "posted bare"  # nothing to look it up by: the inbox must bear it
            return await self.send(document, outcome, "either", "")
        if document.kind == "NodeInfo":
            self.world.note_role(query, "Person")
        found = await self.node.search(query, kind, True)
        outcome.status, outcome.shown = 200, found is not None
        if verdict == "resolve" and not found:
            self.fail(outcome, "not found through the client API")
        if verdict == "refuse" and found:
            self.fail(outcome, "shown, but had to be refused")
        return None

    async def send(self, document, outcome, verdict, effect):
        value = document.value
        signer = iri_of(value.get("actor")) if isinstance(value, dict) else None
        signer = signer if is_web(signer) else self.world.canary
        if verdict == "accept" and self.world.actor(signer).get("type") not in AS2_ACTORS:
            verdict, effect, outcome.expected = (
                "either",
                "",
                "either: a receiver may not know this type of actor",
            )
        if effect in ("shown", "updated", "renamed", "gone") and signer not in self.followed:
            self.followed.add(signer)
            await self.node.follow(signer)
        seen = await self.effects.prepare(document, value, effect, signer)
        outcome.status, text = await self.world.deliver(
            signer, body_of(document, value), document.software, self.rfc9421
        )
        accepted = 200 <= outcome.status < 300
        if outcome.status >= 500:
            self.fail(outcome, f"answered {outcome.status}")
        elif verdict == "accept" and not accepted:
            self.fail(outcome, f"refused with {outcome.status}: {text[:80]!r}")
        elif verdict == "refuse" and accepted and (target := iri_of(innermost(value))):
            await asyncio.sleep(1)
            outcome.shown = await self.node.status(target) is not None
            if outcome.shown:
                self.fail(outcome, "shown, but had to be refused")
        elif effect and accepted and seen is None:
            self.fail(
                outcome,
                f"could not be tried: what it is about was not to be had, so '{effect}' is unknown",
            )
        elif seen and accepted:
            outcome.shown = bool(await self.node.until(seen))
            if not outcome.shown:
                self.fail(outcome, f"lost: accepted with {outcome.status}, yet not {effect}")

    # The node's own conduct

    def trespasses(self, hits):
        """What the node asked of the other origins and had no reason to."""
        problems = [f"fetched {len(hits)} times"] if len(hits) > FETCHES_MAX else []
        problems += [
            f"{method} {url} bore no signature that holds" for method, url in self.world.unsigned
        ]
        for method, url in hits:
            address, path = self.world.address(url), urlsplit(url).path
            if address in self.world.traps:
                problems.append(f"fetched the context {url}")
            elif method == "GET" and path.endswith("/inbox"):
                problems.append(f"fetched the inbox {url}")
            elif (
                method == "POST"
                and not path.rstrip("/").endswith("inbox")
                and address not in self.world.mentioned
            ):
                problems.append(f"posted to {url}")
            elif (
                method == "GET"
                and not WELL_KNOWN.fullmatch(path)
                and not any(
                    address in known
                    for known in (
                        self.world.served,
                        self.world.roles,
                        self.world.gone,
                        self.world.mentioned,
                    )
                )
            ):
                problems.append(f"fetched {url}, which no document calls for")
        return sorted(set(problems))

    async def canary(self, outcome):
        """A fresh post must still arrive and be shown; if not, the documents since the last one broke the inbox."""
        self.serial += 1
        self.node.errors, base = [], origin_of(self.world.canary)
        note = {
            "id": f"{base}/notes/{self.serial}",
            "type": "Note",
            "attributedTo": self.world.canary,
            "content": f"<p>Canary {self.serial}</p>",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [self.world.canary + "/followers"],
            "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        create = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": note["id"] + "/create",
            "type": "Create",
            "actor": self.world.canary,
            "to": note["to"],
            "cc": note["cc"],
            "published": note["published"],
            "object": note,
        }
        self.world.served[self.world.address(note["id"])] = {"@context": create["@context"]} | note
        try:
            status, _ = await self.world.deliver(
                self.world.canary, json.dumps(create).encode(), "", self.rfc9421
            )
        except (TimeoutError, aiohttp.ClientError) as error:
            return self.fail(
                outcome, f"afterwards the inbox did not answer: {type(error).__name__}"
            )
        if status >= 300 or not await self.node.until(lambda: self.node.status(note["id"])):
            self.fail(
                outcome,
                f"afterwards (or up to {CANARY_EVERY} documents before) an ordinary post was lost, status {status}",
            )
        return None


def start_node(options, folder):
    """A fresh node made and started by its own command; the process is ours to end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [*options.hedgerow.split(), "--data", str(folder)]
    options.target = options.target or f"http://127.0.0.1:{port}"

    def run(*words, text=None):
        done = subprocess.run(
            [*command, *words], input=text, capture_output=True, text=True, timeout=60
        )
        if done.returncode:
            raise SystemExit(f"rewire: {' '.join(words[:2])} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    run("init", "--url", options.target, "--name", "Rewire", "--development")
    run(
        "account",
        "create",
        "rewire",
        "--role",
        "organiser",
        "--email",
        "rewire@example.org",
        "--password-stdin",
        text="correct horse battery staple\n",
    )
    options.token = run("token", "create", "rewire", "--scopes", "read write follow push")
    run(
        "community",
        "create",
        "wired",
        "--title",
        "Wired",
        "--organiser",
        "rewire",
        "--visibility",
        "public",
        "--join",
        "open",
    )
    options.community = "wired"
    if options.scheme == "https":
        os.environ["HEDGEROW_FEDERATION__CA_FILE"] = str(make_authority(options.cache)[0])
    with open(folder / "serve.log", "wb") as log:
        process = subprocess.Popen(
            [*command, "serve", "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log
        )
    return process, port


def wait_for(process, port, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("rewire: the node did not start; see serve.log in its data folder")


async def replay(documents, keys, options):
    outcomes = []
    for number, rfc9421 in enumerate((False, True) if options.both else (options.rfc9421,)):
        world = World(
            documents, keys, options, number
        )  # new origins, so that the second pass finds nothing done already
        world.canary = world.base("canary.rewire.example") + "/users/canary"
        world.note_role(world.canary, "Person")
        world.is_strict = not options.unsigned
        await world.open()
        try:
            node = Node(world, options)
            await node.meet()
            await node.follow(world.canary)
            outcomes += await Run(world, node, options, rfc9421).all()
        finally:
            await world.close()
    return outcomes


def report(outcomes, as_json):
    failed = [each for each in outcomes if not each.passed]
    if as_json:
        print(json.dumps([dataclasses.asdict(each) for each in outcomes], indent=1))
    for each in failed:
        print(
            f"FAIL {each.file} [{each.kind}, {each.variant}, {each.signature}] expected {each.expected} | {each.why}"
        )
    rows = collections.defaultdict(list)
    for each in outcomes:
        rows[each.software].append(each)
    columns = ("documents", "tries", "accepted", "refused", "shown", "deviating")
    print(f"\n{'software':14}" + "".join(f"{column:>11}" for column in columns))
    for software, group in [*sorted(rows.items()), ("all", outcomes)]:
        answered = [each.status for each in group if each.status]
        counts = (
            len({each.file for each in group}),
            len(group),
            sum(200 <= status < 300 for status in answered),
            sum(status >= 300 for status in answered),
            sum(bool(each.shown) for each in group),
            sum(not each.passed for each in group),
        )
        print(f"{software:14}" + "".join(f"{count:11}" for count in counts))
    print(f"\n{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def self_test(folders, keys, options):
    problems, checked = [], 0
    for folder in folders:
        documents = list(read_documents([folder]))
        found, counts = asyncio.run(check_tool(documents, keys, options))
        print(
            f"{folder}: {len(documents)} documents; "
            + ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        )
        problems, checked = problems + found, checked + len(documents)
    for problem in problems:
        print("FAIL", problem)
    wrong = len({problem.split(":")[0] for problem in problems})
    print(f"\n{checked - wrong} passed, {wrong} failed")
    return 1 if problems else 0


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "folders", nargs="+", help="folders of wire documents, each with its INDEX.tsv"
    )
    parser.add_argument("--target", help="base URL of the node")
    parser.add_argument(
        "--token",
        default=os.environ.get("REWIRE_TOKEN"),
        help="bearer token for its client API (or REWIRE_TOKEN)",
    )
    parser.add_argument(
        "--start", action="store_true", help="make and start a fresh node with its own command"
    )
    parser.add_argument("--data", help="data folder for that node, kept; a temporary one otherwise")
    parser.add_argument("--hedgerow", default="hedgerow", help="that command")
    parser.add_argument("--both", action="store_true", help="a second pass signed as RFC 9421 says")
    parser.add_argument("--rfc9421", action="store_true", help="only that pass")
    parser.add_argument(
        "--no-local",
        dest="local",
        action="store_false",
        help="leave out the variants that point at the node's own objects",
    )
    parser.add_argument("--community", help="name of a local community")
    for name, what in (("actor", "account"), ("community", "community"), ("post", "post")):
        parser.add_argument(
            f"--local-{name}",
            metavar="URL",
            help=f"id of a local {what}, if not to be found or made",
        )
    parser.add_argument(
        "--inbox", metavar="URL", help="inbox to post to, if not the one our account names"
    )
    parser.add_argument(
        "--domain", help="the domain in the node's handles, if not that of --target"
    )
    parser.add_argument(
        "--health", default="/healthz", help="path that must answer 2xx after every document"
    )
    parser.add_argument(
        "--unsigned",
        action="store_true",
        help="give documents to a node that does not sign its GETs",
    )
    parser.add_argument("--wait", type=float, default=10, help="seconds to wait for an effect")
    parser.add_argument("--only", default="", help="regular expression over file names")
    parser.add_argument(
        "--cache", default=os.path.expanduser("~/.cache/rewire"), help="folder for the keys"
    )
    parser.add_argument(
        "--scheme",
        choices=("http", "https"),
        default="http",
        help="https: with an authority made in the cache folder",
    )
    parser.add_argument(
        "--names",
        metavar="TEMPLATE",
        help="names in place of 127.0.0.1:PORT, such as {n}.wire.test",
    )
    parser.add_argument("--bind", default="127.0.0.1", help="address of all names")
    parser.add_argument("--port", type=int, default=443, help="port of all names")
    parser.add_argument(
        "--hosts-file", help="where to write the names, one a line, as a hosts file"
    )
    parser.add_argument("--json", action="store_true", help="every outcome as JSON first")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="check the rewriting, signing and serving; needs no node",
    )
    options = parser.parse_args()
    if not (options.self_test or options.start or options.target and options.token):
        parser.error("give --target and --token, or --start, or --self-test")
    return options


def main():
    options = read_options()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    keys, process = Keys(pathlib.Path(options.cache) / "keys.json"), None
    if options.self_test:
        return self_test(options.folders, keys, options)
    documents = [
        each for each in read_documents(options.folders) if re.search(options.only, each.file)
    ]
    with (
        contextlib.nullcontext(options.data)
        if options.data
        else tempfile.TemporaryDirectory(prefix="rewire-") as folder
    ):
        try:
            if options.start:
                process, port = start_node(options, pathlib.Path(folder))
                wait_for(process, port)
            return report(asyncio.run(replay(documents, keys, options)), options.json)
        finally:
            if process:
                process.terminate()
                process.wait(20)


if __name__ == "__main__":
    sys.exit(main())
