#!/usr/bin/env python3
"""Load on one ActivityPub server, of any make, from a fake remote fediverse. See README.md."""

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import secrets
import shlex
import signal
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import uvloop
from aiohttp import web
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from origin import CONTEXT, Actor, Origin
from wire import (
    STATE,
    Conn,
    Target,
    cpu_seconds,
    http_date,
    machine_cpu_seconds,
    memory_mib,
    quantiles,
    request_bytes,
    wrong_with,
)

WORDS = (
    "the quick brown fox jumps over a lazy dog while many small servers talk to each other".split()
)
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Meter:
    """CPU seconds from now until read(): the target's, our own, and (noise!) those of all others here."""

    def __init__(self, pids):
        self.pids, self.start, self.at_start = pids, time.monotonic(), self.now(pids)

    @staticmethod
    def now(pids):
        return cpu_seconds(pids), time.process_time(), machine_cpu_seconds()

    def read(self, units, unit):
        cpu, own, machine = (b - a for a, b in zip(self.at_start, self.now(self.pids), strict=True))
        return {
            "target_cpu_s": round(cpu, 2),
            f"target_cpu_ms_per_{unit}": round(1000 * cpu / max(units, 1), 3),
            "harness_cpu_s": round(own, 2),
            "others_cpu_s": round(max(0, machine - cpu - own), 2),
        }


async def open_origin(target, prefix, hosts, actors, shared=True):
    o = target.origin
    made = [
        Actor(
            o["scheme"],
            f"{prefix}{n % hosts:03d}.{o['suffix']}",
            f"{prefix if shared else 'p'}{n:04d}",
            shared,
        )
        for n in range(actors)
    ]
    origin = Origin(target, made)
    await origin.start()
    return origin, made


async def discover(target, actor):
    """Fills in the target account's actor id, inboxes and key: WebFinger, then a signed GET."""
    if not target.actor:
        found = await target.api(
            "GET", f"/.well-known/webfinger?resource=acct:{target.account}@{target.domain}"
        )
        target.actor = next(x["href"] for x in found["links"] if x["rel"] == "self")
    doc, _ = await target.fetch(actor.signed("GET", target.actor))
    target.inbox = target.inbox or doc["inbox"]
    target.shared_inbox = target.shared_inbox or (doc.get("endpoints") or {}).get("sharedInbox")
    target.key = load_pem_public_key(doc["publicKey"]["publicKeyPem"].encode())


async def wait_for(what, check, seconds=120):
    end = time.monotonic() + seconds
    while not await check():
        if time.monotonic() > end:
            raise RuntimeError(f"timed out waiting for {what}")
        await asyncio.sleep(0.5)


async def blast(make_conn, requests, concurrency):
    """Sends every request once, over that many connections."""
    todo, latencies, answers, errors, start = iter(requests), [], {}, [], time.monotonic()

    async def worker():
        conn = make_conn()
        for raw in todo:
            t = time.monotonic()
            try:
                status, _, body = await conn.send(raw)
            except Exception as e:  # noqa: BLE001 - whatever it was, that request failed and is counted
                status, body = type(e).__name__, str(e)
            latencies.append(time.monotonic() - t)
            answers[status] = answers.get(status, 0) + 1
            if status not in (200, 201, 202, 204) and len(errors) < 3:
                errors.append(f"{status} {body[:160]!r}")

    await asyncio.gather(*(worker() for _ in range(concurrency)))
    seconds, ok = (
        time.monotonic() - start,
        sum(n for s, n in answers.items() if s in (200, 201, 202, 204)),
    )
    return {
        "accepted_per_s": round(ok / seconds, 1),
        "send_s": round(seconds, 2),
        **quantiles(latencies),
        "answers": answers,
        "errors": errors,
    }


# ---- ingest: signed Creates, until the home timeline shows them all


async def follow_all(target, actors):
    """The local account follows the actors, through the client API."""
    ids = []
    for a in actors:
        found = await target.api(
            "GET", f"/api/v2/search?q={quote('@' + a.acct)}&resolve=true&type=accounts&limit=1"
        )
        if not found["accounts"]:
            raise RuntimeError(f"the target cannot resolve {a.acct}")
        ids.append(found["accounts"][0]["id"])

    async def missing():
        return [
            r["id"]
            for i in range(0, len(ids), 40)
            for r in await target.api(
                "GET",
                "/api/v1/accounts/relationships?" + "&".join(f"id[]={x}" for x in ids[i : i + 40]),
            )
            if not r["following"]
        ]

    async def all_followed():
        return not await missing()

    for account_id in await missing():
        await target.api("POST", f"/api/v1/accounts/{account_id}/follow", {})
    await wait_for("the follows to be accepted", all_followed)


def create(actor, run, seq, published):
    nid = f"{actor.id}/notes/{run}-{seq}"
    text = f"<p>{run} {seq}: {' '.join(WORDS[(seq + i * 7) % len(WORDS)] for i in range(30))}</p>"
    to = {"to": [PUBLIC], "cc": [actor.followers], "published": published}
    note = {
        "id": nid,
        "type": "Note",
        "attributedTo": actor.id,
        "summary": None,
        "sensitive": False,
        "url": nid,
        "atomUri": nid,
        "inReplyTo": None,
        "conversation": f"tag:{actor.host},2026:{run}-{seq}",
        "content": text,
        "contentMap": {"en": text},
        "attachment": [],
        "tag": [],
        **to,
    }
    return {
        "@context": CONTEXT,
        "id": f"{nid}/activity",
        "type": "Create",
        "actor": actor.id,
        "object": note,
        **to,
    }


class TimelineWatch:
    """Pages through the home timeline until it has seen every expected post (uri → sequence number)."""

    def __init__(self, target, expected):
        self.target, self.expected, self.conn = target, expected, target.conn()
        self.seen, self.first_missing, self.pages, self.duplicates = {}, 0, 0, 0

    async def walk(self, full):
        """From the newest post down to where nothing was missing; if full, below that too."""
        path, barren, found = "/api/v1/timelines/home?limit=40", 0, 0
        while path and barren < 3:
            page = await self.target.api("GET", path, conn=self.conn)
            self.pages += 1
            path = page and f"/api/v1/timelines/home?limit=40&max_id={page[-1]['id']}"
            ours = [s for s in page if s["uri"] in self.expected]
            new = [s for s in ours if s["uri"] not in self.seen]
            self.duplicates += sum(self.seen.get(s["uri"], s["id"]) != s["id"] for s in ours)
            self.seen.update((s["uri"], s["id"]) for s in new)
            found, barren = found + len(new), 0 if ours else barren + 1
            if (
                ours
                and not new
                and not full
                and min(self.expected[s["uri"]] for s in ours) <= self.first_missing
            ):
                break
        have = {self.expected[u] for u in self.seen}
        while self.first_missing in have:
            self.first_missing += 1
        return found

    async def run(self, poll, patience):
        """→ the time at which the last one was seen; gives up after so long without a new one."""
        last = time.monotonic()
        while len(self.seen) < len(self.expected) and time.monotonic() - last < patience:
            if await self.walk(full=time.monotonic() - last > 3):
                last = time.monotonic()
            await asyncio.sleep(poll)
        return last


async def ingest(target, a):
    origin, actors = await open_origin(target, "o", a.hosts, a.actors)
    await discover(target, actors[0])
    await follow_all(target, actors)
    inbox, run, date = (
        a.inbox or target.shared_inbox or target.inbox,
        f"r{secrets.token_hex(4)}",
        http_date(),
    )
    first = datetime.now(UTC) - timedelta(milliseconds=10 * a.posts)
    raw, expected, start = [], {}, time.monotonic()
    for seq in range(a.posts):  # `published` grows with seq, so that the newest is on top
        actor, when = actors[seq % len(actors)], first + timedelta(milliseconds=10 * seq)
        activity = create(
            actor, run, seq, when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
        note = activity["object"]
        origin.docs[note["id"].split("//")[1]], expected[note["id"]] = note, seq
        raw.append(actor.signed("POST", inbox, activity, date))
    presign, fetched, watch = (
        time.monotonic() - start,
        origin.requests,
        TimelineWatch(target, expected),
    )
    meter = Meter(target.pids)
    watcher = asyncio.create_task(watch.run(a.poll, a.patience))
    sent = await blast(target.conn, raw, a.concurrency)
    visible = await watcher - meter.start
    await origin.stop()
    return {
        "posts": a.posts,
        "actors": a.actors,
        "concurrency": a.concurrency,
        "inbox": inbox,
        **sent,
        "visible_s": round(visible, 2),
        "ingested_per_s": round(len(watch.seen) / visible, 1),
        "lost": a.posts - len(watch.seen),
        "duplicates": watch.duplicates,
        "timeline_pages_read": watch.pages,
        "origin_requests_during": origin.requests - fetched,
        **meter.read(a.posts, "post"),
        "presign_s": round(presign, 2),
    }


# ---- fanout: statuses delivered to the hosts of many followers


async def gain_followers(target, origin, actors):
    """The actors that do not follow the local account yet do so, and get their Accepts."""
    me = (await target.api("GET", "/api/v1/accounts/verify_credentials"))["id"]

    async def followers():
        out, path = set(), f"/api/v1/accounts/{me}/followers?limit=80"
        while path:
            page, head = await target.fetch(target.api_bytes("GET", path))
            out |= {f["acct"] for f in page}
            link = re.search(r'(?im)^link:.*?<([^>]+)>; *rel="next"', head)
            path = page and link and "{0.path}?{0.query}".format(urlsplit(link[1]))
        return out

    async def settled():
        return {x.acct for x in actors} <= await followers() and {
            x.id for x in new
        } <= origin.accepts

    have = await followers()
    new = [x for x in actors if x.acct not in have]
    if new:
        print(
            f"{len(new)} new followers:",
            await blast(
                target.conn,
                [
                    x.signed(
                        "POST",
                        target.inbox,
                        {
                            "@context": CONTEXT[0],
                            "id": f"{x.id}#follows/{time.time_ns()}",
                            "type": "Follow",
                            "actor": x.id,
                            "object": target.actor,
                        },
                    )
                    for x in new
                ],
                4,
            ),
            file=sys.stderr,
        )
    await wait_for("followers and Accepts", settled)


async def fanout(target, a):
    origin, actors = await open_origin(
        target, "s", a.hosts, a.followers or a.hosts, not a.no_shared
    )
    await discover(target, actors[0])
    await gain_followers(target, origin, actors)
    await asyncio.sleep(a.settle)
    receivers = {x.inbox.split("//")[1] if a.no_shared else x.host for x in actors}
    want = a.posts * len(receivers)
    origin.keep_every, uris, api_s, run = max(1, want // 50), {}, [], f"f{secrets.token_hex(4)}"
    origin.transports.clear()
    todo, meter = iter(range(a.posts)), Meter(target.pids)

    async def poster(conn):
        for n in todo:
            t = time.monotonic()
            s = await target.api(
                "POST", "/api/v1/statuses", {"status": f"{run} {n}: {' '.join(WORDS)}"}, conn
            )
            api_s.append(time.monotonic() - t)
            uris[s["uri"]] = t

    def arrived():
        """(status uri, receiver) → times at which its Create arrived there."""
        out = {}
        for uri in uris:
            for where, t in origin.received.get(uri, ()):
                where = where if a.no_shared else where.split("/")[0]
                if where in receivers:
                    out.setdefault((uri, where), []).append(t)
        return out

    await asyncio.gather(*(poster(target.conn()) for _ in range(a.posters)))
    posted = time.monotonic() - meter.start
    progress, quiet = -1, time.monotonic()
    while (n := len(arrived())) < want and time.monotonic() - quiet < a.patience:
        if n > progress:
            progress, quiet = n, time.monotonic()
        await asyncio.sleep(0.05)
    cpu = meter.read(sum(map(len, arrived().values())), "delivery")
    await asyncio.sleep(a.linger)  # late duplicates still count
    await origin.stop()
    got = arrived()
    total, last = (
        sum(map(len, got.values())),
        max((min(t) for t in got.values()), default=meter.start),
    )
    slowest = {
        u: max((min(t) for (v, _), t in got.items() if v == u), default=0) - t0
        for u, t0 in uris.items()
    }
    wrong = [w for s in origin.samples if (w := wrong_with(*s, target.key))]
    return {
        "hosts": a.hosts,
        "followers": len(actors),
        "shared_inbox": not a.no_shared,
        "statuses": a.posts,
        "deliveries_wanted": want,
        "deliveries": total,
        "lost": want - len(got),
        "duplicates": total - len(got),
        "all_delivered_s": round(last - meter.start, 2),
        "posting_s": round(posted, 2),
        "deliveries_per_s": round(total / max(last - meter.start, 1e-9), 1),
        "status_to_every_host": quantiles(slowest.values()),
        "post_api": quantiles(api_s),
        "delivery_delay": quantiles(min(t) - uris[u] for (u, _), t in got.items()),
        **cpu,
        "signatures_checked": len(origin.samples),
        "signatures_wrong": len(wrong),
        "wrong": wrong[:3],
        "connections": len(origin.transports),
    }


# ---- timeline reads, start-up and idle cost, and what the harness itself can do


async def timeline(target, a):
    raw = target.api_bytes("GET", a.path)

    async def read_for(seconds):
        latencies, wrong, size, meter = [], 0, 0, Meter(target.pids)

        async def reader():
            nonlocal wrong, size
            conn = target.conn()
            while (t := time.monotonic()) < meter.start + seconds:
                status, _, body = await conn.send(raw)
                latencies.append(time.monotonic() - t)
                wrong, size = wrong + (status != 200), len(body)

        await asyncio.gather(*(reader() for _ in range(a.concurrency)))
        return {
            "path": a.path,
            "concurrency": a.concurrency,
            "seconds": seconds,
            "errors": wrong,
            "body_bytes": size,
            "requests_per_s": round(len(latencies) / (time.monotonic() - meter.start), 1),
            **quantiles(latencies),
            **meter.read(len(latencies), "request"),
        }

    await read_for(min(2, a.seconds))  # warms up
    return await read_for(a.seconds)


async def rss(target, a):
    conn, start = target.conn(), time.monotonic()
    proc = subprocess.Popen(
        shlex.split(a.start),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    async def answers():
        try:
            return (await conn.send(request_bytes("GET", a.url, {"Host": target.host}), 5))[
                0
            ] == 200
        except (OSError, EOFError, TimeoutError):
            return False

    try:
        while not await answers():
            if proc.poll() is not None or time.monotonic() - start > 300:
                raise RuntimeError("the target did not come up")
            await asyncio.sleep(0.01)
        up, boot = time.monotonic() - start, cpu_seconds([proc.pid])
        await asyncio.sleep(a.settle)
        before = cpu_seconds([proc.pid])
        await asyncio.sleep(a.seconds)
        return {
            "startup_s": round(up, 2),
            "startup_cpu_s": boot,
            **memory_mib([proc.pid]),
            "idle_s": a.seconds,
            "idle_cpu_percent": round(100 * (cpu_seconds([proc.pid]) - before) / a.seconds, 2),
        }
    finally:
        if proc.poll() is None:
            os.killpg(proc.pid, signal.SIGTERM)
            proc.wait(60)


async def trivial_server(port):
    async def accept(req):
        await req.read()
        return web.Response(status=202)

    runner = web.ServerRunner(web.Server(accept, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def hosts(target, a):
    o = target.origin
    print(
        "\n".join(
            f"{o['ip']} {prefix}{n:03d}.{o['suffix']}" for prefix in "os" for n in range(a.hosts)
        )
    )
    raise SystemExit


async def serve(target, a):
    await open_origin(target, a.prefix, a.hosts, a.actors)
    await asyncio.Event().wait()


async def ceiling(target, a):
    """Our senders against a trivial aiohttp server, and four senders against our own sinks."""
    o, sinks = target.origin, argparse.Namespace(prefix="s", hosts=1, actors=1)
    actor = Actor(o["scheme"], f"s000.{o['suffix']}", "s0000")

    async def measure(url, server, concurrency):
        raw = [
            actor.signed("POST", url, create(actor, "c", n, "2026-01-01T00:00:00Z"))
            for n in range(a.posts)
        ]
        proc = multiprocessing.get_context("fork").Process(
            daemon=True,
            target=lambda: asyncio.Runner(loop_factory=uvloop.new_event_loop).run(server()),
        )
        proc.start()
        await asyncio.sleep(2)
        out = await blast(lambda: Conn(url, STATE / "ca.pem"), raw, concurrency)
        proc.terminate()
        return out

    return {
        "senders": await measure(
            f"http://127.0.0.1:{a.port}/inbox", lambda: trivial_server(a.port), a.concurrency
        ),
        "sinks": await measure(
            f"{o['scheme']}://{o['ip']}:{o['port']}/inbox", lambda: serve(target, sinks), 4
        ),
    }


# ---- command line


def medians(runs):
    """The median of every number, nested dicts included."""
    return {
        k: medians([r[k] for r in runs])
        if isinstance(v, dict)
        else round(statistics.median(r[k] for r in runs), 3)
        for k, v in runs[0].items()
        if isinstance(v, (int, float, dict)) and all(k in r for r in runs)
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    sub = parser.add_subparsers(dest="command", required=True)

    def command(fn, help_, **options):
        c = sub.add_parser(
            fn.__name__, help=help_, formatter_class=argparse.ArgumentDefaultsHelpFormatter
        )
        c.set_defaults(fn=fn)
        c.add_argument("--target", required=True, help="TOML file, see target.example.toml")
        c.add_argument(
            "--pid",
            type=int,
            action="append",
            default=[],
            help="its CPU is told, besides the file's",
        )
        c.add_argument("--repeat", type=int, default=1, help="runs; their medians are printed last")
        c.add_argument("--out", help="append each run to this JSON-lines file")
        for name, (default, text) in options.items():
            how = (
                {"action": "store_true"}
                if default is False
                else {"type": type(default or ""), "default": default}
            )
            c.add_argument("--" + name.replace("_", "-"), help=text or " ", **how)

    live_on, patience = (10, "hostnames they live on"), (20.0, "seconds without progress")
    command(hosts, "print the /etc/hosts lines that the target needs", hosts=(250, "of each sort"))
    command(
        serve,
        "only serve the fake actors",
        prefix=("o", "o: authors, s: sinks"),
        hosts=live_on,
        actors=(50, ""),
    )
    command(
        ingest,
        "signed Creates, until the home timeline shows them",
        actors=(50, "authors"),
        hosts=live_on,
        posts=(2000, ""),
        concurrency=(32, "connections"),
        poll=(0.25, "seconds between looks at the timeline"),
        patience=patience,
        inbox=(None, "post here, not to the shared inbox (or the account's, if none)"),
    )
    command(
        fanout,
        "statuses, until every follower's host has them",
        hosts=(200, ""),
        posts=(20, "statuses"),
        followers=(0, "0: one per host"),
        posters=(1, "statuses posted at once"),
        patience=patience,
        settle=(2.0, "seconds before"),
        linger=(2.0, "seconds after"),
        no_shared=(False, "offer no shared inbox"),
    )
    command(
        timeline,
        "home timeline reads",
        concurrency=(8, ""),
        seconds=(10.0, ""),
        path=("/api/v1/timelines/home?limit=20", ""),
    )
    command(
        rss,
        "start the target: startup time, idle memory and CPU",
        start=(None, "command, stays in foreground"),
        url=("/api/v1/instance", "what must answer 200"),
        settle=(5.0, ""),
        seconds=(20.0, ""),
    )
    command(
        ceiling,
        "what the harness itself can do here",
        posts=(10000, ""),
        concurrency=(32, ""),
        port=(18202, ""),
    )
    a = parser.parse_args()
    runs = []
    for n in range(a.repeat):
        target = Target(a.target)
        target.pids += a.pid
        runs.append(uvloop.run(a.fn(target, a)))
        head = {
            "command": a.command,
            "target": target.name,
            "run": n + 1,
            "when": http_date(),
            "load": round(os.getloadavg()[0], 2),
        }
        print(line := json.dumps(head | runs[-1]), flush=True)
        if a.out:
            Path(a.out).open("a").write(line + "\n")
    if a.repeat > 1:
        print(json.dumps({"medians of": a.repeat} | medians(runs), indent=1))


if __name__ == "__main__":
    main()
