"""Commands about what waits for a look: first posts of newcomers, and words and sites of a list."""

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from node.base.errors import Refused
from node.cli.communities import community
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.actors.store import Actor, instance_actor, local_actor
from node.topics.moderation.waiting import put_first_posts_wait
from node.topics.moderation.word_filters import (
    add_filter,
    add_offered,
    drop_filter,
    filters_of,
)
from node.topics.moderation.word_rules import OFFERED, new_filter

IN = click.option("--community", default="", help="Of one community; without it, of the node.")


@click.group("filter")
def filter_words() -> None:
    """Words and sites for which a post waits for a look."""


@filter_words.command("list")
@IN
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_filters(folder: Folder, /, **values: Any) -> None:
    """Print the words and sites."""
    run_task(folder, "filter list", list_filters_task, values)


@filter_words.command("add")
@click.argument("phrase")
@IN
@click.option("--site", is_flag=True, help="It is the name of a site; all below it counts.")
@pass_folder
def add(folder: Folder, /, **values: Any) -> None:
    """Have posts wait that hold PHRASE, whatever its case and accents."""
    run_task(folder, "filter add", add_filter_task, values)


@filter_words.command("drop")
@click.argument("phrase")
@IN
@click.option("--site", is_flag=True, help="It is the name of a site.")
@pass_folder
def drop(folder: Folder, /, **values: Any) -> None:
    """Take PHRASE off the list."""
    run_task(folder, "filter drop", drop_filter_task, values)


@filter_words.command("offer")
@click.argument("name", type=click.Choice(list(OFFERED)))
@IN
@pass_folder
def offer(folder: Folder, /, **values: Any) -> None:
    """Put a whole list of words on it that comes with Hedgerow."""
    run_task(folder, "filter offer", offer_filters_task, values)


@community.command("first-posts")
@click.argument("name")
@click.argument("how", type=click.Choice(["wait", "free"]))
@pass_folder
def first_posts(folder: Folder, name: str, how: str) -> None:
    """Have the first post of each newcomer wait for a look, or not."""
    run_task(folder, "community first-posts", first_posts_task, {"name": name, "how": how})


async def list_filters_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """The words and sites, one a line, or as JSON."""
    found = await context.db.read(listed, values["community"])
    if values["as_json"]:
        return msgspec.json.encode(found).decode()
    return "\n".join(f"{kind}  {phrase}" for kind, phrase in found) or "Nothing is on the list."


def listed(tx: Tx, name: str) -> list[tuple[str, str]]:
    found = filters_of(tx, place_called(tx, name).id)
    return [(one.filter.kind, one.filter.phrase) for one in found]


async def add_filter_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Put something on a list; what is printed."""
    return await context.db.write(do_add, values, context.clock.now())


def do_add(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    place, kind = place_called(tx, values["community"]), "site" if values["site"] else "words"
    made = add_filter(tx, place, kind, values["phrase"], now)
    return f"Posts with {made.phrase} wait for a look."


async def drop_filter_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Take something off a list; what is printed."""
    return await context.db.write(do_drop, values)


def do_drop(tx: Tx, values: Mapping[str, Any]) -> str:
    place = place_called(tx, values["community"])
    meant = new_filter("site" if values["site"] else "words", values["phrase"])
    for one in filters_of(tx, place.id):
        if one.filter == meant:
            drop_filter(tx, place, one.id)
            return f"Posts with {meant.phrase} wait no longer."
    raise Refused(f"{meant.phrase} is not on the list.")


async def offer_filters_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Take over a whole list; what is printed."""
    await context.db.write(do_offer, values, context.clock.now())
    return f"{OFFERED[values['name']][0]}: {len(OFFERED[values['name']][1])} are on the list."


def do_offer(tx: Tx, values: Mapping[str, Any], now: int) -> None:
    add_offered(tx, place_called(tx, values["community"]), values["name"], now)


async def first_posts_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Have first posts wait, or not; what is printed."""
    since = context.clock.now() if values["how"] == "wait" else None
    await context.db.write(do_first_posts, values["name"], since)
    first = "The first post of each newcomer waits" if since else "Newcomers write at once"
    return f"{first} in {values['name']}."


def do_first_posts(tx: Tx, name: str, since: int | None) -> None:
    put_first_posts_wait(tx, place_called(tx, name), since)


def place_called(tx: Tx, name: str) -> Actor:
    """The community of that name; the node, where there is no name.

    Raises:
        Refused: there is none.
    """
    place = local_actor(tx, "Group", name) if name else instance_actor(tx)
    if place is None:
        raise Refused(f"There is no community {name} here.")
    return place
