"""The four seams: which modules may reach for time, randomness, network and disk.

Everything else is handed these by its caller, which is what makes a simulation possible. What a
module is allowed stands here by name, with its reason, and must still be needed.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.source import Module, imports, is_within, modules


@dataclass(frozen=True)
class Seam:
    """What is asked for only in `allowed`; calls by method name count whatever the object is."""

    modules: tuple[str, ...]
    names: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    allowed: dict[str, str] = field(default_factory=dict)


SEAMS = {
    "time": Seam(
        modules=("time", "sched", "timeit"),
        methods=("now", "utcnow", "today"),
        names=("datetime.datetime.now", "datetime.date.today"),
        allowed={"node/base/clock.py": "the seam itself"},
    ),
    "random": Seam(
        modules=("random", "secrets", "uuid"),
        names=("os.urandom", "os.getrandom", "ssl.RAND_bytes"),
        methods=("urandom", "getrandom"),
        allowed={"node/base/ids.py": "the seam itself"},
    ),
    "network": Seam(
        modules=(
            "socket",
            "ssl",
            "socketserver",
            "select",
            "selectors",
            "http.client",
            "http.server",
            "urllib.request",
            "smtplib",
            "requests",
            "httpx",
            "aiosmtplib",
            "obstore",
            "aiohttp.client",
            "aiohttp.connector",
            "aiohttp.resolver",
        ),
        names=(
            "aiohttp.ClientSession",
            "aiohttp.TCPConnector",
            "aiohttp.UnixConnector",
            "aiohttp.request",
            "asyncio.open_connection",
            "asyncio.start_server",
        ),
        methods=(
            "ClientSession",
            "TCPConnector",
            "open_connection",
            "start_server",
            "create_connection",
            "create_server",
            "start_unix_server",
            "open_unix_connection",
            "getaddrinfo",
            "gethostbyname",
            "sock_connect",
            "TCPSite",
            "UnixSite",
            "SockSite",
        ),
        allowed={
            "federation/gate.py": "the one fetch gate",
            "federation/connections.py": "the gate's connections",
            "federation/name_lookups.py": "the gate's look-ups of names",
            "node/db/blobs_s3.py": "the store that the settings name for files at rest",
            "node/http/listener.py": "the listener",
            "node/cli/demo.py": "lends people's phones a session in the demonstration",
            "node/cli/control_socket.py": "the door for commands on the same machine",
        },
    ),
    "disk": Seam(
        modules=("sqlite3", "psycopg", "shutil", "tempfile", "glob", "io", "fcntl", "mmap"),
        names=("os.path",),
        methods=(
            "open",
            "read_text",
            "write_text",
            "read_bytes",
            "write_bytes",
            "mkdir",
            "makedirs",
            "touch",
            "unlink",
            "rmdir",
            "iterdir",
            "listdir",
            "scandir",
            "rglob",
            "is_file",
            "is_dir",
            "exists",
            "stat",
            "chmod",
            "fsync",
            "symlink_to",
            "resolve_path",
        ),
        allowed={
            "node/base/config.py": "reads and writes the settings",
            "node/base/standard_streams.py": "leads closed standard streams to nothing",
            "node/pictures/worker.py": "a picture in memory, which it gives back as another",
        },
    ),
    "processes": Seam(
        modules=("subprocess", "multiprocessing"),
        methods=("create_subprocess_exec", "create_subprocess_shell", "system", "fork", "execv"),
        allowed={
            "node/cli/demo.py": "starts the nodes of the demonstration",
            "node/scheduled_backups.py": "makes backups beside the node, not in it",
            "node/scheduled_audits.py": "looks for leaks beside the node, not in it",
            "federation/jsonld/expander.py": "a JSON-LD processor that can be ended",
            "node/pictures/redraw.py": "decoders that can be ended",
        },
    ),
}
DISK_FOLDER = "node.db"
RESOURCES = "importlib.resources"
READS_OF_RESOURCES = {"read_text", "read_bytes", "iterdir", "is_file", "is_dir", "open"}
"""What a module may call on files that come with the code, found by importlib.resources."""


@pytest.mark.threat("T40")
@pytest.mark.parametrize("kind", SEAMS)
def test_a_module_reaches_through_no_seam_that_is_not_its_own(kind):
    found = [
        one
        for module in modules()
        if module.path not in SEAMS[kind].allowed
        and not (kind == "disk" and module.is_within(DISK_FOLDER))
        for one in reaching(SEAMS[kind], module)
    ]

    assert found == []


@pytest.mark.parametrize("kind", SEAMS)
def test_what_is_allowed_is_still_needed(kind):
    found = {module.path: module for module in modules()}
    unneeded = [
        path
        for path in SEAMS[kind].allowed
        if path in found and not list(reaching(SEAMS[kind], found[path]))
    ]

    assert unneeded == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("time", "import time"),
        ("time", "from datetime import datetime\ndatetime.now()"),
        ("time", "from email.utils import formatdate\nformatdate()"),
        ("random", "from secrets import token_hex"),
        ("random", "import os\nos.urandom(8)"),
        ("network", "import aiohttp\naiohttp.ClientSession()"),
        ("network", "from aiohttp import ClientSession"),
        ("network", "async def f(loop):\n    await loop.getaddrinfo('a', 1)"),
        ("disk", "open('x')"),
        ("disk", "from pathlib import Path\nPath('x').read_text()"),
        ("disk", "import sqlite3"),
        ("processes", "from subprocess import run"),
    ],
)
def test_reaching_through_a_seam_is_noticed(kind, text):
    module = Module("node.example", "node/example.py", ast.parse(text))

    assert list(reaching(SEAMS[kind], module))


def reaching(seam: Seam, module: Module) -> Iterator[str]:
    """Where a module reaches through a seam, as `path:line what`."""
    reads_resources = any(is_within(name, RESOURCES) for name, _ in imports(module))
    for name, line in imports(module):
        wanted = any(is_within(name, one) for one in (*seam.modules, *seam.names))
        if wanted or name.rpartition(".")[2] in seam.methods:
            yield f"{module.path}:{line} imports {name}"
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        last = called.rpartition(".")[2]
        if called.endswith("clock.now"):
            continue
        if last in seam.methods and not (reads_resources and last in READS_OF_RESOURCES):
            yield f"{module.path}:{node.lineno} calls {called}"
        if "time" in seam.modules and last == "formatdate" and not node.args:
            yield f"{module.path}:{node.lineno} asks formatdate for the time"
