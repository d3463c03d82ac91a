"""Commands about the members of a community: list them, add one, give a role, let one go."""

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from node.base.errors import Refused
from node.cli.communities import day, group_called
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.actors.handles import actor_named
from node.topics.actors.store import Actor
from node.topics.communities.words import CAME_BY_IN_WORDS
from node.topics.organising.member_actions import add_member, end_membership, put_role_of
from node.topics.organising.store import Member, members_of
from node.topics.permissions.rules import Role

ROLES = ("member", "moderator", "organiser")


@click.group()
def member() -> None:
    """Who belongs to a community, and as what."""


@member.command("list")
@click.argument("community")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_members(folder: Folder, community: str, as_json: bool) -> None:
    """Print the members of COMMUNITY: handle, role, since when, and how each came in."""
    values = {"community": community, "json": as_json}
    run_task(folder, "member list", list_members_task, values)


async def list_members_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Every member, a line each or as JSON."""
    found: list[Member] = []
    after: tuple[int, int] | None = (0, 0)
    while after is not None:
        page = await context.db.read(page_of_members, values["community"], after)
        found, after = found + list(page.members), page.after
    if values["json"]:
        facts = [
            {
                "handle": one.actor.handle,
                "role": one.role.name.lower(),
                "since": one.since,
                "came_by": one.came_by,
            }
            for one in found
        ]
        return msgspec.json.encode(facts).decode()
    return "\n".join(map(line_of, found)) or "It has no members."


def page_of_members(tx: Tx, community: str, after: tuple[int, int]) -> Any:
    return members_of(tx, group_called(tx, community).id, after=after)


def line_of(one: Member) -> str:
    """A member as an operator reads it."""
    came = CAME_BY_IN_WORDS.get(one.came_by, one.came_by)
    return f"{one.actor.handle:<40}  {one.role.name.lower():<9}  since {day(one.since)}  {came}"


@member.command("add")
@click.argument("community")
@click.argument("handle")
@pass_folder
def add(folder: Folder, community: str, handle: str) -> None:
    """Make HANDLE, somebody of this node, a member of COMMUNITY."""
    run_task(folder, "member add", add_task, {"community": community, "handle": handle})


async def add_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Add a member; what is printed."""
    return await context.db.write(do_add, values, context.clock.now())


def do_add(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    group, person = both(tx, values)
    add_member(tx, group, person, now)
    return f"{person.handle} is a member of {group.name}."


@member.command("role")
@click.argument("community")
@click.argument("handle")
@click.argument("role", type=click.Choice(ROLES))
@pass_folder
def role(folder: Folder, community: str, handle: str, role: str) -> None:
    """Make a member, moderator or organiser of HANDLE in COMMUNITY."""
    values = {"community": community, "handle": handle, "role": role}
    run_task(folder, "member role", role_task, values)


async def role_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Give a role; what is printed."""
    return await context.db.write(do_role, values, context.clock.now())


def do_role(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    group, person = both(tx, values)
    put_role_of(tx, group, person, Role[values["role"].upper()], now)
    return f"{person.handle} is {values['role']} of {group.name}."


@member.command("remove")
@click.argument("community")
@click.argument("handle")
@click.option("--reason", default="", help="Why; they are told.")
@pass_folder
def remove(folder: Folder, community: str, handle: str, reason: str) -> None:
    """Let HANDLE go from COMMUNITY; they are told, and may ask to join again."""
    values = {"community": community, "handle": handle, "reason": reason}
    run_task(folder, "member remove", remove_task, values)


async def remove_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Let a member go; what is printed."""
    return await context.db.write(do_remove, values, context.clock.now())


def do_remove(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    group, person = both(tx, values)
    end_membership(tx, group, person, values["reason"], now)
    return f"{person.handle} is a member of {group.name} no longer."


def both(tx: Tx, values: Mapping[str, Any]) -> tuple[Actor, Actor]:
    """The community and the person that a command names.

    Raises:
        Refused: one of them is not known here.
    """
    group = group_called(tx, values["community"])
    person = actor_named(tx, values["handle"], group.host)
    if person is None or person.is_group:
        raise Refused(f"Nobody known here goes by {values['handle']}.")
    return group, person
