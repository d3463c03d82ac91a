"""Commands about posts that are held for a look: see them, let them through, leave them out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.moderation.held import waiting
from node.topics.moderation.held_view import HeldView, held_views
from node.topics.publishing.held_decisions import decide_all, leave_out, let_through

LISTED = 200


@click.group()
def held() -> None:
    """Posts of silenced places and of strangers, held for a look."""


@held.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_held(folder: Folder, as_json: bool) -> None:
    """Print what waits, the newest first, at most 200 posts."""
    run_task(folder, "held list", list_held_task, {"json": as_json})


def decision(name: str, passes: bool, words: str) -> click.Command:
    @click.command(name, help=words)
    @click.argument("number", type=int)
    @click.option("--all-of-author", is_flag=True, help="And all that waits of the same author.")
    @pass_folder
    def command(folder: Folder, number: int, all_of_author: bool) -> None:
        values = {"number": number, "passes": passes, "all": all_of_author}
        run_task(folder, "held decide", decide_held_task, values)

    return command


held.add_command(decision("pass", True, "Let a post through: it is shown to all whom it is for."))
held.add_command(decision("drop", False, "Leave a post out: only followers of its author see it."))


async def list_held_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """What waits, some lines for each post, or as JSON."""
    found = await context.db.read(waiting_looks)
    if values["json"]:
        return msgspec.json.encode([as_json(one) for one in found]).decode()
    return "\n\n".join(map(in_words, found)) or "Nothing waits."


def waiting_looks(tx: Tx) -> list[HeldView]:
    return held_views(tx, waiting(tx, LISTED))


async def decide_held_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Let a post through or leave it out; what is printed."""
    number, now = int(values["number"]), context.clock.now()
    passes, count = bool(values["passes"]), 1
    if values["all"]:
        count = await context.db.write(decide_all, None, number, now, passes=passes)
    else:
        await context.db.write(let_through if passes else leave_out, None, number, now)
    what = f"{count} post{'s are' if count != 1 else ' is'}"
    return f"{what} {'let through' if passes else 'left out'}."


def as_json(one: HeldView) -> dict[str, object]:
    return {
        "number": one.held.post_id,
        "author": one.author.handle,
        "host": one.held.host,
        "reason": one.held.reason,
        "community": one.community.handle if one.community else None,
        "held_at": one.held.held_at,
        "words": one.words,
    }


def in_words(one: HeldView) -> str:
    """One post as an operator reads it, without what could steer a terminal."""
    at = datetime.fromtimestamp(one.held.held_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    where = f" to {one.community.handle}" if one.community else ""
    words = one.words if one.words is not None else "(for single people or followers)"
    shown = "".join(letter if letter.isprintable() else " " for letter in words)
    return f"{one.held.post_id}  {at}  {one.author.handle}{where}, {one.held.reason}\n  {shown}"
