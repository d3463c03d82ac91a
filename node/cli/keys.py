"""Commands about the keys that we sign with."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from federation.signatures import make_keys
from node.base.errors import Refused
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.actors.actions import Keys
from node.topics.actors.handles import actor_named
from node.topics.actors.key_rotation import replace_keys, rotate_keys
from node.topics.actors.store import Actor


@click.group()
def key() -> None:
    """The keys that our people and communities, and the node itself, sign with."""


@key.command("rotate")
@click.argument("actor")
@click.option("--lost", is_flag=True, help="The old keys are lost, or somebody else has them.")
@pass_folder
def rotate(folder: Folder, actor: str, lost: bool) -> None:
    """Give a person, a community, or the node itself (`actor`) new keys, and tell others.

    `moderators` is whom the node sends reports as.

    The old keys are good for seven days more; with --lost they count no more from now on.
    """
    run_task(folder, "key rotate", rotate_task, {"actor": actor, "lost": lost})


async def rotate_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Change the keys of an actor of ours; what is printed."""
    keys, now = await asyncio.to_thread(make_keys), context.clock.now()
    name, change = values["actor"], replace_of if values["lost"] else rotate_of
    until = await context.db.write(change, name, context.config.host, keys, now)
    if until is None:
        return f"{name} has new keys. The old ones count no more. Those who follow are told."
    day = datetime.fromtimestamp(until, UTC).strftime("%Y-%m-%d")
    return f"{name} has new keys. The old ones are good until {day}. Those who follow are told."


def rotate_of(tx: Tx, name: str, host: str, keys: Keys, now: int) -> int | None:
    return rotate_keys(tx, ours_called(tx, name, host), keys, now)


def replace_of(tx: Tx, name: str, host: str, keys: Keys, now: int) -> int | None:
    replace_keys(tx, ours_called(tx, name, host), keys, now)
    return None


def ours_called(tx: Tx, name: str, host: str) -> Actor:
    """The actor of ours that is called `name`, `name@host` or `@name@host`."""
    actor = actor_named(tx, name, host)
    if actor is None or not actor.local:
        raise Refused(f"Nobody here is called {name}.")
    return actor
