"""Three nodes on this machine that talk to each other, to look at and to play with.

Each is a process of its own with its own data folder; what they say to each other is drawn from
their logs as it happens. The people use the client API, as a phone would.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table

from node.base.clock import Clock
from node.base.config import LogSettings, read_config, render_config, write_config
from node.base.errors import Problem, Refused
from node.base.log import set_up_logging
from node.cli.accounts import create_account_task, create_token_task
from node.cli.communities import create_community_task
from node.cli.context import CommandContext
from node.cli.demo_phones import Running, tell_all
from node.cli.demo_story import COMMUNITIES, NODES, PASSWORD, NodePlan
from node.cli.node import make_node
from node.db.open import open_database
from node.peers.policy_cache import open_policy_cache

READY_S = 20.0
ROWS = 14
EVENTS = {
    "activity_sent": ("sent", "to", "destination"),
    "activity_received": ("received", "from", "origin"),
    "activity_applied": ("applied", "from", "origin"),
}


def show(folder: Path, once: bool) -> None:
    """Run the demonstration; `once` ends it after the first conversation."""
    set_up_logging(LogSettings(format="console", level="error"))
    asyncio.run(play(folder, once))


class Board:
    """What is shown: where to look, and what the nodes say to each other, the newest last."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: deque[tuple[str, ...]] = deque(maxlen=ROWS)
        self._nodes: list[Running] = []
        self._number = 0

    def introduce(self, nodes: list[Running]) -> None:
        """Say where to look and whom to sign in as."""
        self._nodes = nodes
        if not self._console.is_terminal:
            self._console.print(self._places())

    def add(self, node: str, event: Mapping[str, Any]) -> None:
        """Show one thing that a node did."""
        deed, word, key = EVENTS[event["event"]]
        self._number += 1
        kind = str(event.get("activity_type", ""))
        row = (str(self._number), node, deed, kind, f"{word} {event.get(key, '')}")
        self._rows.append(row)
        if not self._console.is_terminal:
            self._console.print("  ".join(row))

    def __rich__(self) -> Group:
        table = Table(expand=True, title="What the nodes say to each other")
        for name in ("", "node", "", "activity", ""):
            table.add_column(name)
        for row in self._rows:
            table.add_row(*row)
        return Group(self._places(), table)

    def _places(self) -> Panel:
        lines = []
        for node in self._nodes:
            people = ", ".join(node.tokens)
            lines.append(f"[bold]{node.plan.title}[/bold]  {node.url}  sign in as: {people}")
        lines.append(f"The password is always: {PASSWORD}    Ctrl-C ends it all.")
        return Panel("\n".join(lines), title="Three nodes on this machine")


async def play(folder: Path, once: bool) -> None:
    """Make the nodes if need be, run them, and let their people talk until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    console = Console()
    board = Board(console)
    async with AsyncExitStack() as held:
        nodes = []
        for plan in NODES:
            console.print(f"Making {plan.title} …" if not is_made(folder, plan) else plan.title)
            tokens = await make(folder, plan)
            nodes.append(Running(plan, url_of(plan), tokens))
        for node in nodes:
            await held.enter_async_context(process_of(folder, node, board))
        session = await held.enter_async_context(aiohttp.ClientSession())
        board.introduce(nodes)
        live = Live(board, console=console, refresh_per_second=4, transient=False)
        if console.is_terminal:
            held.enter_context(live)
        telling = asyncio.create_task(tell_all(session, nodes, once))
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait((telling, waiting), return_when=asyncio.FIRST_COMPLETED)
        for task in (telling, waiting):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await telling


def url_of(plan: NodePlan) -> str:
    return f"http://127.0.0.1:{plan.port}"


def is_made(folder: Path, plan: NodePlan) -> bool:
    try:
        read_config(folder / plan.name)
    except Refused:
        return False
    return True


async def make(folder: Path, plan: NodePlan) -> dict[str, str]:
    """Make one node with its people and communities, unless it is there; fresh tokens by name."""
    path, clock = folder / plan.name, Clock()
    if not is_made(folder, plan):
        write_config(path, render_config(url_of(plan), plan.title, True, ""))
    config = read_config(path)
    db = await open_database(config.database.url, path, clock.now())
    try:
        context = CommandContext(config, db, clock, await open_policy_cache(config, db))
        await make_node(context, {})
        for name, role in plan.people.items():
            values = {"name": name, "email": None, "role": role, "password": PASSWORD}
            await unless_there(create_account_task(context, values))
        for community in COMMUNITIES.get(plan.name, ()):
            await unless_there(create_community_task(context, community))
        scopes = {"scopes": "read write follow"}
        return {
            name: await create_token_task(context, {"name": name, **scopes}) for name in plan.people
        }
    finally:
        await db.close()


async def unless_there(making: Any) -> None:
    with contextlib.suppress(Problem):
        await making


@asynccontextmanager
async def process_of(folder: Path, node: Running, board: Board) -> AsyncIterator[None]:
    """One node as a process, its log read; it is told to stop at the end.

    Raises:
        Refused: it ended by itself, most likely because its port is taken.
    """
    command = [sys.executable, "-m", "node", "--data", str(folder / node.plan.name)]
    process = await asyncio.create_subprocess_exec(
        *command,
        "serve",
        "--port",
        str(node.plan.port),
        env=os.environ | {"HEDGEROW_LOG__LEVEL": "debug", "HEDGEROW_LOG__FORMAT": "json"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    started = asyncio.Event()
    reading = asyncio.create_task(read_log(process, node, board, started))
    try:
        await wait_until_ready(node, started, reading)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def read_log(
    process: asyncio.subprocess.Process, node: Running, board: Board, started: asyncio.Event
) -> None:
    """Show each activity that a node logs."""
    while process.stderr is not None and (line := await process.stderr.readline()):
        try:
            event = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            continue
        if event.get("event") in EVENTS:
            board.add(node.plan.name, event)
        elif event.get("event") == "node_started":
            started.set()


async def wait_until_ready(
    node: Running, started: asyncio.Event, reading: "asyncio.Task[None]"
) -> None:
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait((waiting, reading), timeout=READY_S, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not started.is_set():
        raise Refused(f"{node.plan.title} did not start. Is port {node.plan.port} in use?")
