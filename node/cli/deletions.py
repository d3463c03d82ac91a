"""Commands about what was deleted here and is not yet known to be gone elsewhere."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.outbox.deletions import Card, Deletion, cards, open_at


@click.group()
def deletion() -> None:
    """What was deleted here, at places that have not removed it yet."""


@deletion.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_places(folder: Folder, as_json: bool) -> None:
    """Print each place that did not answer, or refused: how many things, and since when."""
    run_task(folder, "deletion list", list_places_task, {"json": as_json})


async def list_places_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Each place with open deletions, a line each or as JSON."""
    found = await context.db.read(cards)
    if values["json"]:
        return msgspec.json.encode(found).decode()
    return "\n".join(map(place_in_words, found)) or "Every place has answered."


def place_in_words(one: Card) -> str:
    counts = f"{one.waiting} not answered, {one.refused} refused"
    return f"{one.host:<40}  {counts}, asked since {minute(one.since)}"


@deletion.command("show")
@click.argument("host")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def show_place(folder: Folder, host: str, as_json: bool) -> None:
    """Print what one place did not answer or refused, the newest first, at most 50 things."""
    run_task(folder, "deletion show", show_place_task, {"host": host, "json": as_json})


async def show_place_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """What is open at one place, a line each or as JSON."""
    found = await context.db.read(open_at, values["host"].strip().lower())
    if values["json"]:
        return msgspec.json.encode(found).decode()
    return "\n".join(map(thing_in_words, found)) or "That place has answered everything."


def thing_in_words(one: Deletion) -> str:
    return f"{minute(one.created_at)}  {one.kind:<6}  {one.object_iri}"


def minute(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
