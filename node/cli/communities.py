"""Commands about communities of ours: make, list, show, change, close down and open one again."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from federation.signatures import make_keys
from node.base.errors import Refused
from node.base.markup import plain_text
from node.cli.context import CommandContext
from node.cli.move import person_called
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.actors.store import Actor, local_actor
from node.topics.communities.permissions import place_of
from node.topics.communities.rules import JOININGS, POSTINGS
from node.topics.communities.words import (
    DOORS_IN_WORDS,
    JOINING_IN_WORDS,
    POSTING_IN_WORDS,
    reach_in_words,
    seen_by_strangers,
)
from node.topics.members.actions import Founding, found_community
from node.topics.organising.actions import (
    apply_settings,
    close_down_for_keeper,
    known,
    restore_for_keeper,
)
from node.topics.organising.rules import Settings
from node.topics.organising.store import Listed, caretakers_of, communities_after, member_count
from node.topics.permissions.rules import DOORS, Place

PAGE = 100
SUMMARY_CHARACTERS_MAX = 2_000
CHOICES = (
    "Doors: "
    + " ".join(f"{door}: {words}" for door, words in DOORS_IN_WORDS.items())
    + " Joining: "
    + " ".join(f"{one}: {words}" for one, words in JOINING_IN_WORDS.items())
    + " Posting: "
    + " ".join(f"{one}: {words}" for one, words in POSTING_IN_WORDS.items())
)
"""What each choice means, under the help of the commands that take them."""

VISIBILITY = click.Choice(DOORS)
ELSEWHERE = "People of other places may be members of a closed or hidden one."


@click.group()
def community() -> None:
    """Groups of people with an address of their own."""


@community.command("create", epilog=CHOICES)
@click.argument("name")
@click.option("--title", required=True, help="What people read.")
@click.option("--organiser", required=True, metavar="ACCOUNT", help="Who looks after it.")
@click.option("--visibility", type=VISIBILITY, default="node", show_default=True)
@click.option("--join", "joining", type=click.Choice(JOININGS), default="open", show_default=True)
@click.option("--posting", type=click.Choice(POSTINGS), default="members", show_default=True)
@click.option("--elsewhere", is_flag=True, help=ELSEWHERE)
@click.option("--about", default=None, help="What it is about.")
@pass_folder
def create(folder: Folder, /, **values: Any) -> None:
    """Make a community; prints what its choices mean."""
    run_task(folder, "community create", create_community_task, values)


async def create_community_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Make a community; what is printed."""
    keys = await asyncio.to_thread(make_keys)
    origin, now = context.config.node.url, context.clock.now()
    place = await context.db.write(create_for, origin, values, keys, now)
    return f"@{values['name']}@{context.config.host} is open.\n{in_words(place)}"


def create_for(
    tx: Tx, origin: str, values: Mapping[str, Any], keys: tuple[str, str, str, str], now: int
) -> Place:
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
    group = found_community(tx, founding, organiser, keys, now)
    return apply_settings(tx, group, Settings(about=values.get("about")), now).place


def in_words(place: Place) -> str:
    """What the choices of a community mean, a sentence each."""
    return "\n".join(
        (
            DOORS_IN_WORDS[place.door],
            JOINING_IN_WORDS[place.joining],
            POSTING_IN_WORDS[place.posting],
            reach_in_words(place),
            f"What strangers see: {seen_by_strangers(place)}",
        )
    )


@community.command("set", epilog=CHOICES)
@click.argument("name")
@click.option("--title", help="What people read.")
@click.option("--about", help="What it is about.")
@click.option("--rules", help="Its rules.")
@click.option("--language", help="The language that is spoken, such as en or ar.")
@click.option("--topics", help="Topic words, with commas between them.")
@click.option("--visibility", type=VISIBILITY)
@click.option("--join", "joining", type=click.Choice(JOININGS))
@click.option("--posting", type=click.Choice(POSTINGS))
@click.option("--elsewhere/--only-here", default=None, help=ELSEWHERE)
@click.option("--show-members/--hide-members", "shows_members", default=None)
@pass_folder
def change_community(folder: Folder, /, **values: Any) -> None:
    """Change a community; what is not named stays. A narrower door shuts at once, a wider one shows
    nothing of before."""
    name = values.pop("name")
    run_task(folder, "community set", set_community_task, {"name": name, "settings": values})


async def set_community_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Change a community; what is printed."""
    settings, now = Settings(**values["settings"]), context.clock.now()
    return in_words(await context.db.write(set_named, values["name"], settings, now))


def set_named(tx: Tx, name: str, settings: Settings, now: int) -> Place:
    return apply_settings(tx, group_called(tx, name), settings, now).place


@community.command("close")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_folder
def close_community(folder: Folder, name: str, yes: bool) -> None:
    """Close a community down: nobody sees it any more, and after 30 days it goes for good."""
    if not yes:
        click.confirm(f"Close {name} down, and delete all in it in 30 days?", abort=True, err=True)
    run_task(folder, "community close", close_community_task, {"name": name})


async def close_community_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Close a community down; what is printed."""
    await context.db.write(close_named, values["name"], context.clock.now())
    return (
        f"{values['name']} is closed down, and its members are told. "
        "`community restore` opens it again for 30 days; then it goes for good."
    )


def close_named(tx: Tx, name: str, now: int) -> None:
    close_down_for_keeper(tx, group_called(tx, name), now)


@community.command("restore")
@click.argument("name")
@pass_folder
def restore_community(folder: Folder, name: str) -> None:
    """Open a community again that was closed down less than 30 days ago."""
    run_task(folder, "community restore", restore_community_task, {"name": name})


async def restore_community_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Open a community again; what is printed."""
    await context.db.write(restore_named, values["name"], context.clock.now())
    return f"{values['name']} is open again, and its members are told."


def restore_named(tx: Tx, name: str, now: int) -> None:
    restore_for_keeper(tx, group_called(tx, name), now)


@community.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_communities(folder: Folder, as_json: bool) -> None:
    """Print every community: name, door, who joins and begins, how many members."""
    run_task(folder, "community list", list_communities_task, {"json": as_json})


async def list_communities_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Every community, a line each or as JSON."""
    found: list[Listed] = []
    while part := await context.db.read(
        communities_after, found[-1].community.name if found else "", PAGE
    ):
        found += part
    if values["json"]:
        return msgspec.json.encode([facts_of(one) for one in found]).decode()
    return "\n".join(map(line_of, found)) or "There is no community here."


def facts_of(one: Listed) -> dict[str, Any]:
    """A community as programs read it."""
    return {
        "name": one.community.name,
        "title": one.group.title,
        "visibility": one.community.visibility,
        "elsewhere": one.community.elsewhere,
        "joining": one.community.joining,
        "posting": one.community.posting,
        "members": one.members,
        "closed_at": one.community.closed_at,
    }


def line_of(one: Listed) -> str:
    """A community as an operator reads it."""
    is_closed = one.community.closed_at
    ends = f"  closed down on {day(is_closed)}" if is_closed is not None else ""
    place = one.community
    choices = f"{place.visibility:<6}  join: {place.joining:<8}  begin: {place.posting:<10}"
    return f"{place.name:<30}  {choices}  {one.members} members  {printable(one.group.title)}{ends}"


@community.command("show")
@click.argument("name")
@pass_folder
def show_community(folder: Folder, name: str) -> None:
    """Print what one community says of itself, what its choices mean, and who looks after it."""
    run_task(folder, "community show", show_community_task, {"name": name})


async def show_community_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """One community in words."""
    return await context.db.read(shown, values["name"])


def shown(tx: Tx, name: str) -> str:
    group = group_called(tx, name)
    one = known(tx, group)
    caretakers = [
        f"  {who.actor.handle}  {who.role.name.lower()}" for who in caretakers_of(tx, group.id)
    ]
    lines = [
        f"{group.title}  @{group.handle}",
        plain_text(group.summary, SUMMARY_CHARACTERS_MAX),
        in_words(one.place),
        f"Rules: {one.rules}" if one.rules else "",
        f"Language: {one.language}" if one.language else "",
        f"Topics: {one.topics}" if one.topics else "",
        f"Closed down on {day(one.closed_at)}." if one.closed_at is not None else "",
        f"{member_count(tx, group.id)} members. Who looks after it:",
        *caretakers,
    ]
    return "\n".join(printable(line) for line in lines if line)


def printable(text: str) -> str:
    """Words of people as a terminal may show them: nothing in them steers it."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def group_called(tx: Tx, name: str) -> Actor:
    """The community of ours of that name, closed down or not.

    Raises:
        Refused: there is none.
    """
    group = local_actor(tx, "Group", name)
    if group is None or place_of(tx, group) is None:
        raise Refused(f"There is no community {name} here.")
    return group
