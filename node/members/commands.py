"""Commands about communities: make one."""

import asyncio
from collections.abc import Mapping
from typing import Any

import click

from federation.signatures import make_keys
from node.accounts.store import account_by_name
from node.actors.store import actor_by_id
from node.cli.running import Folder, pass_folder, run_task
from node.communities.rules import JOININGS, VISIBILITIES
from node.db.tx import Tx
from node.desk import Desk
from node.errors import Refused
from node.members.actions import Founding, found_community


@click.group()
def community() -> None:
    """Groups of people with an address of their own."""


@community.command("create")
@click.argument("name")
@click.option("--title", required=True, help="What people read.")
@click.option("--organiser", required=True, metavar="ACCOUNT", help="Who looks after it.")
@click.option("--visibility", type=click.Choice(VISIBILITIES), default="public", show_default=True)
@click.option("--join", type=click.Choice(JOININGS), default="open", show_default=True)
@pass_folder
def create(
    folder: Folder, name: str, title: str, organiser: str, visibility: str, join: str
) -> None:
    """Make a community."""
    values = {
        "name": name,
        "title": title,
        "organiser": organiser,
        "visibility": visibility,
        "joining": join,
    }
    run_task(folder, "community create", create_community_task, values)


async def create_community_task(desk: Desk, values: Mapping[str, Any]) -> str:
    """Make a community; what is printed."""
    keys = await asyncio.to_thread(make_keys)
    await desk.db.write(create_for, desk.config.node.url, values, keys, desk.clock.now())
    return f"@{values['name']}@{desk.config.host} is open."


def create_for(
    tx: Tx, origin: str, values: Mapping[str, Any], keys: tuple[str, str, str, str], now: int
) -> None:
    account = account_by_name(tx, values["organiser"])
    organiser = actor_by_id(tx, account.actor_id) if account else None
    if organiser is None:
        raise Refused(f"Nobody here is called {values['organiser']}.")
    founding = Founding(
        origin=origin,
        name=values["name"],
        title=values["title"],
        visibility=values["visibility"],
        joining=values["joining"],
    )
    found_community(tx, founding, organiser, keys, now)
