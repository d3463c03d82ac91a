"""Commands about communities, and about people who come from elsewhere or go there."""

import asyncio
from collections.abc import Mapping
from typing import Any

import click

from federation.signatures import make_keys
from node.cli.context import CommandContext
from node.cli.move import person_called
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.communities.rules import JOININGS, POSTINGS
from node.topics.members.actions import Founding, found_community
from node.topics.permissions.rules import DOORS


@click.group()
def community() -> None:
    """Groups of people with an address of their own."""


@community.command("create")
@click.argument("name")
@click.option("--title", required=True, help="What people read.")
@click.option("--organiser", required=True, metavar="ACCOUNT", help="Who looks after it.")
@click.option("--visibility", type=click.Choice(DOORS), default="node", show_default=True)
@click.option("--join", type=click.Choice(JOININGS), default="open", show_default=True)
@click.option("--posting", type=click.Choice(POSTINGS), default="members", show_default=True)
@click.option("--elsewhere", is_flag=True, help="People of other nodes may be members.")
@pass_folder
def create(
    folder: Folder,
    name: str,
    title: str,
    organiser: str,
    visibility: str,
    join: str,
    posting: str,
    elsewhere: bool,
) -> None:
    """Make a community: public, closed (seen to exist), node (this node's people), or hidden."""
    values = {
        "name": name,
        "title": title,
        "organiser": organiser,
        "visibility": visibility,
        "joining": join,
        "posting": posting,
        "elsewhere": elsewhere,
    }
    run_task(folder, "community create", create_community_task, values)


async def create_community_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Make a community; what is printed."""
    keys = await asyncio.to_thread(make_keys)
    await context.db.write(create_for, context.config.node.url, values, keys, context.clock.now())
    return f"@{values['name']}@{context.config.host} is open."


def create_for(
    tx: Tx, origin: str, values: Mapping[str, Any], keys: tuple[str, str, str, str], now: int
) -> None:
    organiser = person_called(tx, values["organiser"])
    founding = Founding(
        origin=origin,
        name=values["name"],
        title=values["title"],
        visibility=values["visibility"],
        joining=values["joining"],
        posting=values["posting"],
        elsewhere=values["elsewhere"],
    )
    found_community(tx, founding, organiser, keys, now)
