"""Commands about introductions: give one, see them, answer, take back."""

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from node.cli.context import CommandContext
from node.cli.peers import peer
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.peers.rules import read_host
from node.topics.neighbours.introductions import answer, introduce, withdraw
from node.topics.neighbours.store import Held, given_introductions, waiting_introductions


@peer.command("introduce")
@click.argument("host")
@click.argument("other")
@click.option("--words", default="", help="How you know them, in a sentence.")
@pass_folder
def introduce_hosts(folder: Folder, host: str, other: str, words: str) -> None:
    """Introduce two neighbours to each other; both must be trusted here."""
    values = {"host": host, "other": other, "words": words}
    run_task(folder, "peer introduce", introduce_task, values)


async def introduce_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Introduce two neighbours."""
    one, other = read_host(values["host"]), read_host(values["other"])
    await context.db.write(introduce, one, other, values["words"], context.clock.now())
    return f"{one} and {other} are introduced to each other. Each of them answers for itself."


@peer.command("introductions")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def show_introductions(folder: Folder, as_json: bool) -> None:
    """Introductions that wait for an answer here, and those that were given."""
    run_task(folder, "peer introductions", introductions_task, {"json": as_json})


async def introductions_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """The introductions, as lines or as JSON."""
    held = await context.db.read(all_introductions, context.clock.now())
    if values["json"]:
        return msgspec.json.encode(held).decode()
    return "\n".join(map(introduction_line, held))


def all_introductions(tx: Tx, now: int) -> list[Held]:
    """What waits for an answer, then what was given."""
    return [*waiting_introductions(tx, now), *given_introductions(tx)]


def introduction_line(held: Held) -> str:
    if held.given:
        return f"{held.id}  {held.host} to {held.partner_host}: {held.state}"
    words = f" “{held.words}”" if held.words else ""
    return f"{held.id}  {held.partner_host} introduces {held.name} ({held.host}).{words}"


@peer.command("accept")
@click.argument("number", type=int)
@pass_folder
def accept(folder: Folder, number: int) -> None:
    """Say yes to an introduction: the node is trusted from now on."""
    run_task(folder, "peer answer", answer_task, {"number": number, "yes": True})


@peer.command("decline")
@click.argument("number", type=int)
@pass_folder
def decline(folder: Folder, number: int) -> None:
    """Say no to an introduction."""
    run_task(folder, "peer answer", answer_task, {"number": number, "yes": False})


async def answer_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Answer an introduction."""
    is_yes = values["yes"]
    held = await context.db.write(answer, values["number"], context.clock.now(), yes=is_yes)
    await context.peers.refresh(context.db)
    if is_yes:
        return f"{held.host} is trusted. {held.partner_host} is told."
    return f"Declined. {held.partner_host} is told."


@peer.command("withdraw")
@click.argument("number", type=int)
@pass_folder
def take_back(folder: Folder, number: int) -> None:
    """Take back an introduction that was given."""
    run_task(folder, "peer withdraw", withdraw_task, {"number": number})


async def withdraw_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Take an introduction back."""
    held = await context.db.write(withdraw, values["number"], context.clock.now())
    return f"You vouch for {held.host} no longer. {held.partner_host} is told."
