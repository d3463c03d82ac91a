#!/usr/bin/env python3
"""Figures of this node beside the budgets of the design: `make bench`.

Starts a fresh node for each measurement, in a mount namespace whose hosts file leads the fake
servers' names to loopback (which takes root), and puts load on it with fedload.py. `--full` runs
each three times and adds the timelines of 1,000,000 posts. README.md says what the figures mean.
"""

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
HEDGEROW = Path(sys.executable).parent / "hedgerow"
HOST = "sut.test"
READY_S = 20
HOME = "/api/v1/timelines/home"
BUDGETS = {
    "ingest": ("signed inbox POST until visible", "1,000/s, p99 100 ms"),
    "fanout": ("one status to 200 hosts over TLS", "1,200/s"),
    "timeline": ("home timeline of 20 at 10,000 posts", "2,000/s"),
    "timeline_big": ("the same at 1,000,000 posts", "within 1.3 times"),
    "rest": ("memory at rest", "100 MiB"),
    "loaded": ("memory after the loads", "150 MiB"),
    "start": ("start to first 200", "0.8 s"),
}


class Bench:
    """A folder with what all measurements share: keys, authority, hosts file."""

    def __init__(self, folder, posts, hosts, seconds, repeat):
        self.folder, self.posts, self.hosts, self.seconds = folder, posts, hosts, seconds
        self.repeat = repeat
        self.state = folder / "state"
        kept = {
            name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        self.environment = kept | {
            "FEDLOAD_STATE": str(self.state),
            "HEDGEROW_LOG__LEVEL": "warning",
            "HEDGEROW_WEB__RATE_LIMITS": "false",
            "HEDGEROW_FEDERATION__CA_FILE": str(self.state / "ca.pem"),
        }
        make = "import wire; wire.server_tls('test', '127.0.0.1')"
        self.run([sys.executable, "-c", make], cwd=HERE)

    def run(self, command, **options):
        """A command's standard output."""
        return subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, **options
        ).stdout

    @contextmanager
    def node(self, name, fill=0):
        """A fresh node at work: its process id, target file, and seconds until it was ready."""
        data, port = self.folder / name, free_port()
        call = [str(HEDGEROW), "--data", str(data)]
        self.run([*call, "init", "--url", f"https://{HOST}", "--name", "Bench", "--development"])
        self.run([*call, "account", "create", "alice"])
        token = self.run([*call, "token", "create", "alice"]).strip()
        if fill:
            fill_home(data / "hedgerow.db", fill)
        target = self.folder / f"{name}.toml"
        target.write_text(
            f'name = "hedgerow"\nbase = "https://{HOST}"\nconnect = "http://127.0.0.1:{port}"\n'
            f'account = "alice"\ndomain = "{HOST}"\ntoken = "{token}"\n'
            f'pid_file = "{self.folder / name}.pid"\n'
            '[origin]\nscheme = "https"\nip = "127.0.0.1"\nsuffix = "test"\n'
        )
        hosts = self.folder / f"{name}.hosts"
        (self.folder / f"{name}.pid").write_text("0")
        hosts.write_text("127.0.0.1 localhost\n" + self.fedload("hosts", target))
        began = time.monotonic()
        serve = f"mount --bind {hosts} /etc/hosts && exec {' '.join(call)} serve --port {port}"
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", serve],
            env=self.environment,
            start_new_session=True,
            stderr=(self.folder / f"{name}.log").open("wb"),
        )
        (self.folder / f"{name}.pid").write_text(str(process.pid))
        try:
            wait_until_ready(port, process)
            yield process.pid, target, time.monotonic() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)

    def fedload(self, *words):
        *args, target = words
        return self.run(
            [sys.executable, str(HERE / "fedload.py"), *args, "--target", str(target)], cwd=HERE
        )

    def figures(self, key, *words):
        """What a load measured: of several runs the one in the middle, by `key`."""
        runs = [
            json.loads(self.fedload(*words).strip().splitlines()[-1]) for _ in range(self.repeat)
        ]
        return sorted(runs, key=lambda run: run[key])[len(runs) // 2]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def wait_until_ready(port, process):
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).read()
            return
        time.sleep(0.01)
    raise SystemExit("bench: the node did not start")


def resident_mib(pid):
    """Resident memory of a process and of its children."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def fill_home(path, posts, authors=50):
    """Write posts of fifty authors of other nodes straight into the home of alice."""
    db = sqlite3.connect(path)
    (alice,) = db.execute("select actor_id from account where name = 'alice'").fetchone()
    columns = [row[1] for row in db.execute("pragma table_info(actor)")]
    mine = dict(
        zip(
            columns,
            db.execute("select * from actor where id = ?", (alice,)).fetchone(),
            strict=True,
        )
    )
    for number in range(authors):
        iri = f"https://o{number:03d}.test/u/author"
        changes = {
            "id": 1_000 + number,
            "iri": iri,
            "name": f"author{number}",
            "host": f"o{number:03d}.test",
            "handle": f"author{number}@o{number:03d}.test",
            "url": iri,
            "local": 0,
        }
        row = mine | changes
        marks = ", ".join("?" for _ in columns)
        db.execute(f"insert into actor values ({marks})", [row[name] for name in columns])
    words = "<p>" + "words of a walk along the river " * 8 + "</p>"
    now, base = int(time.time()), 10_000_000
    for first in range(0, posts, 50_000):
        numbers = range(first, min(first + 50_000, posts))
        db.executemany(
            """
            insert into post (id, iri, url, kind, author_id, root_id, content, sensitive,
                visibility, attachments, tags, replies_count, favourites_count, boosts_count,
                version, local, published_at)
            values (?1, ?2, ?2, 'Note', ?3, ?1, ?4, 0, 'public', '[]', '[]', 0, 0, 0, 1, 0, ?5)
            """,
            ((base + n, f"https://o.test/n/{n}", 1_000 + n % authors, words, now) for n in numbers),
        )
        db.executemany(
            "insert into home_entry (reader_id, item_id, post_id, from_id) values (?, ?2, ?2, ?)",
            ((alice, base + n, 1_000 + n % authors) for n in numbers),
        )
        db.commit()
    db.close()


def measure(bench, is_full):
    """Every figure, as (name, what was measured)."""
    starts, rests = [], []
    with bench.node("ingest") as (pid, target, took_s):
        starts.append(took_s)
        time.sleep(2)
        rests.append(resident_mib(pid))
        words = ("ingest", "--actors", "50", "--posts", str(bench.posts), "--concurrency", "32")
        yield "ingest", bench.figures("ingested_per_s", *words, target)
        yield "loaded", {"mib": resident_mib(pid)}
    with bench.node("fanout") as (_, target, took_s):
        starts.append(took_s)
        words = ("fanout", "--hosts", str(bench.hosts), "--posts", "20")
        yield "fanout", bench.figures("deliveries_per_s", *words, target)
    sizes = {"timeline": 10_000} | ({"timeline_big": 1_000_000} if is_full else {})
    for name, size in sizes.items():
        with bench.node(name, size) as (_, target, took_s):
            starts.append(took_s)
            words = ("timeline", "--concurrency", "8", "--seconds", str(bench.seconds))
            yield name, bench.figures("requests_per_s", *words, target)
    yield "rest", {"mib": statistics.median(rests)}
    yield "start", {"s": statistics.median(starts)}


def in_words(name, got):
    """A figure as it stands in the table."""
    if name == "ingest":
        return (
            f"{got['ingested_per_s']:.0f}/s, p99 {got['p99_ms']:.0f} ms, "
            f"{got['target_cpu_ms_per_post']:.2f} ms CPU a post"
        )
    if name == "fanout":
        return (
            f"{got['deliveries_per_s']:.0f}/s, {got['target_cpu_ms_per_delivery']:.2f} ms CPU each"
        )
    if name.startswith("timeline"):
        return f"{got['requests_per_s']:.0f}/s, p99 {got['p99_ms']:.0f} ms"
    return f"{got['mib']:.0f} MiB" if "mib" in got else f"{got['s']:.2f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="three runs each, and 1,000,000 posts")
    parser.add_argument("--posts", type=int, default=2_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--keep", action="store_true", help="leave the folder, and say where")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix=f"hedgerow-bench-{secrets.token_hex(3)}-"))
    console = Console(width=160)
    table = Table(title="Measured beside the budgets")
    for heading in ("what", "budget", "measured"):
        table.add_column(heading, overflow="fold")
    try:
        repeat = 3 if options.full else 1
        bench = Bench(folder, options.posts, options.hosts, options.seconds, repeat)
        for name, got in measure(bench, options.full):
            what, budget = BUDGETS[name]
            table.add_row(what, budget, in_words(name, got))
            console.print(f"{name}: {json.dumps(got)}", style="dim", highlight=False)
        console.print(table)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"bench: {error}\n{error.stderr}") from error
    finally:
        if options.keep:
            console.print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
