"""Commands about invitations: make a link, list them, revoke one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from node.base.errors import Refused
from node.cli.context import CommandContext
from node.cli.move import person_called
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, local_actor
from node.topics.admissions.invitation_store import (
    invitation_by_id,
    invitations_into,
    revoke_with_all_below,
)
from node.topics.admissions.invitation_tree import Branch, grown
from node.topics.admissions.invitations import Wanted, make_invitation
from node.topics.admissions.rules import DAYS_MAX, DAYS_USUAL, USES_MAX, USES_USUAL


@click.group()
def invite() -> None:
    """Links by which people come in."""


@invite.command("create")
@click.argument("community")
@click.option("--by", required=True, metavar="ACCOUNT", help="The member who invites.")
@click.option("--uses", type=click.IntRange(1, USES_MAX), default=USES_USUAL, show_default=True)
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=DAYS_USUAL, show_default=True)
@pass_folder
def create(folder: Folder, community: str, by: str, uses: int, days: int) -> None:
    """Print a link that lets people into a community, and nothing else; it is kept nowhere."""
    values = {"community": community, "by": by, "uses": uses, "days": days}
    run_task(folder, "invite create", create_invitation_task, values)


async def create_invitation_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Make an invitation; its link."""
    code = await context.db.write(make_for, values, context.clock.now())
    return f"{context.config.node.url}/invitation/{code}"


def make_for(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    group, inviter = called(tx, values["community"]), person_called(tx, values["by"])
    wanted = Wanted(uses=values["uses"], days=values["days"])
    return make_invitation(tx, group, inviter, wanted, now)


def called(tx: Tx, name: str) -> Actor:
    """The community of that name.

    Raises:
        Refused: there is none.
    """
    group = local_actor(tx, "Group", name)
    if group is None:
        raise Refused(f"No community here is called {name}.")
    return group


@invite.command("list")
@click.argument("community")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_invitations(folder: Folder, community: str, as_json: bool) -> None:
    """Print the invitations into a community as a tree: who made each, and who came in by it."""
    values = {"community": community, "json": as_json}
    run_task(folder, "invite list", list_invitations_task, values)


async def list_invitations_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """The invitations into a community, a line each or as JSON."""
    tree, now = await context.db.read(tree_of, values["community"]), context.clock.now()
    if values["json"]:
        return msgspec.json.encode([as_json_of(one, now) for one in tree]).decode()
    return "\n".join(line for one in tree for line in in_words(one, now)) or "There are none."


def tree_of(tx: Tx, name: str) -> list[Branch]:
    return grown(tx, invitations_into(tx, called(tx, name).id))


def as_json_of(one: Branch, now: int) -> dict[str, object]:
    return {
        "number": one.invitation.id,
        "by": one.inviter.name if one.inviter else None,
        "open": one.invitation.is_open(now),
        "uses": one.invitation.uses,
        "uses_left": one.invitation.uses_left,
        "ends_at": one.invitation.ends_at,
        "revoked_at": one.invitation.revoked_at,
        "people": [person.name for person in one.people],
        "below": [as_json_of(inner, now) for inner in one.below],
    }


def in_words(one: Branch, now: int, depth: int = 0) -> list[str]:
    """One invitation and all below it, as an operator reads them."""
    made, until = one.invitation, datetime.fromtimestamp(one.invitation.ends_at, UTC)
    state = f"{made.uses_left} of {made.uses} left, until {until:%Y-%m-%d}"
    by = one.inviter.name if one.inviter else "somebody who left"
    people = f"  came in: {', '.join(person.name for person in one.people)}" if one.people else ""
    shown = state if made.is_open(now) else "revoked" if made.revoked_at else "used up or ended"
    lines = [f"{'  ' * depth}{made.id}  by {by}  {shown}{people}"]
    return lines + [line for inner in one.below for line in in_words(inner, now, depth + 1)]


@invite.command("revoke")
@click.argument("number", type=int)
@pass_folder
def revoke(folder: Folder, number: int) -> None:
    """Let an invitation be good no more, and those of the people who came in by it."""
    run_task(folder, "invite revoke", revoke_invitation_task, {"number": number})


async def revoke_invitation_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Revoke an invitation with all below it; what is printed."""
    count = await context.db.write(revoke_number, int(values["number"]), context.clock.now())
    return f"{count} invitation{' is' if count == 1 else 's are'} revoked. Who is in stays in."


def revoke_number(tx: Tx, number: int, now: int) -> int:
    found = invitation_by_id(tx, number)
    if found is None or actor_by_id(tx, found.community_id) is None:
        raise Refused(f"There is no invitation {number}.")
    return revoke_with_all_below(tx, number, now)
