"""Runs one task of an operator: in this process, or in the node that is running already."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from node.app import way_out
from node.clock import Clock
from node.config import LogSettings, read_config
from node.control import ask_running
from node.db.lock import lock_folder
from node.db.open import open_database
from node.desk import Desk, Task
from node.log import set_up_logging
from node.peers.opening import opened_book


@dataclass(frozen=True, slots=True)
class Folder:
    """The data folder that the command line was given."""

    path: Path


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
    db = await open_database(config.database.url, folder, clock.now())
    try:
        peers = await opened_book(config, db)
        async with way_out(config, clock, db, peers) as resolver:
            return await task(Desk(config, db, clock, peers, resolver), values)
    finally:
        await db.close()


def is_running(folder: Path) -> bool:
    """Whether another process holds the data folder."""
    lock = lock_folder(folder)
    if lock is None:
        return True
    lock.release()
    return False
