"""Runs one task of an operator: in this process, or in the node that is running already."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from node.base.clock import Clock
from node.base.config import Config, LogSettings, read_config
from node.base.gate_from_config import gate_of
from node.base.log import set_up_logging
from node.cli.context import CommandContext, Task
from node.cli.control_socket import ask_running
from node.cli.upgrade_notice import say_before_upgrade
from node.db.database import Database
from node.db.lock import lock_folder
from node.db.open import open_database
from node.http.services import Resolver
from node.inbox.fetch import Fetcher
from node.inbox.resolve import HomeResolver
from node.leak_audit.audit import Report
from node.peers.policy_cache import PolicyCache, open_policy_cache

Serve = Callable[
    [Config, str, int, Clock, asyncio.Event, Mapping[str, Task], Callable[[int], None]],
    Coroutine[Any, Any, None],
]
"""Runs a node: its settings, host, port, clock, what ends it, what it does for commands, and what
is told the port where it listens, once it answers."""


Audit = Callable[[Config, Clock], Coroutine[Any, Any, Report]]
"""Looks for leaks in a made-up node with these settings."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The data folder that the command line was given, what runs the node in it, and what looks for
    leaks."""

    path: Path
    serve: Serve
    audit: Audit


pass_folder = click.make_pass_decorator(Folder)


def run_task(folder: Folder, name: str, task: Task, values: Mapping[str, Any]) -> None:
    """Do one thing and print what it says, and nothing else, on standard output.

    Raises:
        Refused, Problem: it cannot be done.
    """
    set_up_logging(LogSettings(format="console", level="error"))
    printed = asyncio.run(performed(folder.path, name, task, values))
    if printed:
        click.echo(printed)


async def performed(folder: Path, name: str, task: Task, values: Mapping[str, Any]) -> str:
    """What the task prints."""
    config = read_config(folder)
    clock = Clock()
    if not config.database.url and is_running(folder):
        return await ask_running(folder, name, values)
    say_before_upgrade(config)
    db = await open_database(config.database.url, folder, clock.now())
    try:
        peers = await open_policy_cache(config, db)
        async with remote_resolver(config, clock, db, peers) as resolver:
            return await task(CommandContext(config, db, clock, peers, resolver), values)
    finally:
        await db.close()


def is_running(folder: Path) -> bool:
    """Whether another process holds the data folder."""
    lock = lock_folder(folder)
    if lock is None:
        return True
    lock.release()
    return False


@asynccontextmanager
async def remote_resolver(
    config: Config, clock: Clock, db: Database, peers: PolicyCache
) -> AsyncIterator[Resolver]:
    """How a command finds people of other nodes while the node itself does not run."""
    gate = gate_of(config, clock, may_ask=peers.may_ask)
    try:
        yield HomeResolver(config, db, Fetcher(db, gate, clock), clock)
    finally:
        await gate.close()
