"""Commands about communities of ours: put a post first, close a conversation, shut somebody out."""

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from node.base.errors import Refused
from node.base.instants import day_and_hour
from node.cli.communities import community
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.actors.handles import actor_named
from node.topics.actors.store import Actor, local_actor
from node.topics.moderation.log_store import Entry, entries
from node.topics.moderation.member_actions import ban, unban
from node.topics.moderation.post_actions import lock, pin, unlock, unpin
from node.topics.neighbours.directory import set_listed
from node.topics.posts.store import Post, post_by_id, post_by_iri

LOG_LINES = 200
BY = click.option("--by", required=True, help="The account of ours that looks after it.")
UNDO = click.option("--undo", is_flag=True, help="Take it back.")


@community.command("pin")
@click.argument("post")
@BY
@UNDO
@pass_folder
def pin_post(folder: Folder, post: str, by: str, undo: bool) -> None:
    """Put a post first in its community; POST is its address or its number."""
    run_task(folder, "community pin", pin_task, {"post": post, "by": by, "undo": undo})


@community.command("lock")
@click.argument("post")
@BY
@click.option("--reason", default="", help="Why; it stands in the log.")
@UNDO
@pass_folder
def lock_post(folder: Folder, post: str, by: str, reason: str, undo: bool) -> None:
    """Close the conversation under a post to answers; POST is its address or its number."""
    values = {"post": post, "by": by, "reason": reason, "undo": undo}
    run_task(folder, "community lock", lock_task, values)


@community.command("ban")
@click.argument("name")
@click.argument("handle")
@BY
@click.option("--reason", default="", help="Why; it stands in the log.")
@click.option("--days", type=int, help="For how many days; without it, for good.")
@click.option("--posts", is_flag=True, help="Remove all they wrote in it; with --undo, show it.")
@UNDO
@pass_folder
def ban_person(folder: Folder, /, **values: Any) -> None:
    """Shut HANDLE out of the community NAME."""
    run_task(folder, "community ban", ban_task, values)


@community.command("listed")
@click.argument("name")
@UNDO
@pass_folder
def list_community(folder: Folder, name: str, undo: bool) -> None:
    """Have neighbours show the public community NAME in their directory."""
    run_task(folder, "community listed", listed_task, {"name": name, "undo": undo})


async def listed_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Have neighbours show a community, or no longer; what is printed."""
    await context.db.write(set_listed_called, values["name"], not values["undo"])
    shown = "no longer show" if values["undo"] else "show"
    return f"Neighbours {shown} {values['name']}, once they have asked again: they do once a day."


def set_listed_called(tx: Tx, name: str, is_listed: bool) -> None:
    group = local_actor(tx, "Group", name)
    if group is None:
        raise Refused(f"There is no community {name} here.")
    set_listed(tx, group, is_listed=is_listed)


@community.command("log")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def print_log(folder: Folder, name: str, as_json: bool) -> None:
    """Print what was done in the community NAME, the newest first, at most 200 lines."""
    run_task(folder, "community log", log_task, {"name": name, "json": as_json})


async def log_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """What was done in a community, with who did it, a line each, or as JSON."""
    found = await context.db.read(log_of, values["name"])
    if values["json"]:
        return msgspec.json.encode(found).decode()
    return "\n".join(map(line_in_words, found)) or "Nothing was done yet."


def log_of(tx: Tx, name: str) -> list[Entry]:
    group = local_actor(tx, "Group", name)
    if group is None:
        raise Refused(f"There is no community {name} here.")
    return entries(tx, group.id, LOG_LINES)


def line_in_words(entry: Entry) -> str:
    """An entry as an operator reads it, without what could steer a terminal."""
    about = entry.person_iri or entry.post_iri or ""
    reason = f": {entry.reason}" if entry.reason else ""
    text = f"{day_and_hour(entry.created_at)}  {entry.verb}  {about}, by {entry.by_iri}{reason}"
    return "".join(one if one.isprintable() else " " for one in text)


async def pin_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Put a post first, or let it stand where its day puts it; what is printed."""
    return await context.db.write(do_pin, values, context.clock.now())


def do_pin(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    me, post = known_account(tx, values["by"]), known_post(tx, values["post"])
    (unpin if values["undo"] else pin)(tx, me, post.id, now)
    return "It stands first no longer." if values["undo"] else "It stands first."


async def lock_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Close a conversation, or open it; what is printed."""
    return await context.db.write(do_lock, values, context.clock.now())


def do_lock(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    me, post = known_account(tx, values["by"]), known_post(tx, values["post"])
    if values["undo"]:
        unlock(tx, me, post.id, now)
        return "It takes answers again."
    lock(tx, me, post.id, values["reason"], now)
    return "It takes no more answers."


async def ban_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Shut somebody out of a community, or let them in again; what is printed."""
    return await context.db.write(do_ban, values, context.clock.now())


def do_ban(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    me = known_account(tx, values["by"])
    group = local_actor(tx, "Group", values["name"])
    person = actor_named(tx, values["handle"], me.host)
    if group is None:
        raise Refused(f"There is no community {values['name']} here.")
    if person is None:
        raise Refused(f"Nobody known here goes by {values['handle']}.")
    if values["undo"]:
        unban(tx, me, group.id, person.id, now, restores=values["posts"])
        return f"{person.handle} may write in {group.name} again."
    ban(
        tx,
        me,
        group.id,
        person.id,
        now,
        reason=values["reason"],
        days=values["days"],
        removes=values["posts"],
    )
    end = f" for {values['days']} days" if values["days"] else " for good"
    return f"{person.handle} is shut out of {group.name}{end}."


def known_account(tx: Tx, name: str) -> Actor:
    """The person of ours who does it.

    Raises:
        Refused: there is no such account.
    """
    me = local_actor(tx, "Person", name)
    if me is None:
        raise Refused(f"There is no account {name} here.")
    return me


def known_post(tx: Tx, text: str) -> Post:
    """The post at an address, or with a number.

    Raises:
        Refused: none is known here.
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= 18
    post = post_by_id(tx, int(text)) if is_number else post_by_iri(tx, text)
    if post is None:
        raise Refused(f"No post {text[:200]} is known here.")
    return post
