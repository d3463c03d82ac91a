"""Commands about who comes into a community of ours, and which nodes hold what is said there."""

from collections.abc import Mapping
from typing import Any

import click

from federation.documents.shapes import render_instant
from federation.origin import authority_of
from node.base.errors import NotAllowed, Refused
from node.cli.communities import community
from node.cli.context import CommandContext
from node.cli.moderation import BY, known_account
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.actors.handles import actor_named
from node.topics.actors.store import Actor, local_actor
from node.topics.admissions.actions import let_in as let_in_who_waits
from node.topics.admissions.actions import refuse
from node.topics.communities.join_requests import request_of, waiting_in
from node.topics.communities.permissions import is_allowed
from node.topics.members.copies import copies_of
from node.topics.members.new_nodes import (
    Agreement,
    NodeFacts,
    is_new_node,
    node_facts,
    put_node_said,
)
from node.topics.members.rules import what_it_can
from node.topics.organising.member_actions import let_go
from node.topics.permissions.rules import Act

WAITING_MAX = 200
WHAT_NEXT = {
    Agreement.NEEDS_SECOND: "You agree. Another organiser has to agree as well.",
    Agreement.NEEDS_CONFIRMING: "You decide this alone. Say it again with --confirm.",
}
IN_WORDS = {
    "held": "holds it, since",
    "asked": "was asked to remove it, and has not answered, since",
    "removed": "has removed it, on",
    "never": "never had any of it, as it says, on",
    "refused": "will not remove it, as it says, on",
    "silent": "never answered when it was asked to remove it, first on",
}


@community.command("waiting")
@click.argument("name")
@BY
@pass_folder
def waiting(folder: Folder, name: str, by: str) -> None:
    """Print who asks to belong to the community NAME and waits for an answer."""
    run_task(folder, "community waiting", waiting_task, {"name": name, "by": by})


@community.command("let-in")
@click.argument("name")
@click.argument("handle")
@BY
@click.option("--confirm", is_flag=True, help="You know that their place is new here.")
@pass_folder
def let_in(folder: Folder, name: str, handle: str, by: str, confirm: bool) -> None:
    """Let HANDLE, who asked, into the community NAME."""
    values = {"name": name, "handle": handle, "by": by, "confirm": confirm}
    run_task(folder, "community let-in", let_in_task, values)


@community.command("turn-away")
@click.argument("name")
@click.argument("handle")
@BY
@click.option("--reason", default="", help="Why; the one who asked is told.")
@pass_folder
def turn_away(folder: Folder, name: str, handle: str, by: str, reason: str) -> None:
    """Say no, and why, to HANDLE, who asked to belong to the community NAME; or let them go."""
    values = {"name": name, "handle": handle, "by": by, "reason": reason}
    run_task(folder, "community turn-away", turn_away_task, values)


@community.command("holders")
@click.argument("name")
@BY
@pass_folder
def holders(folder: Folder, name: str, by: str) -> None:
    """Print which other nodes hold what was said in NAME, and which have removed it."""
    run_task(folder, "community holders", holders_task, {"name": name, "by": by})


async def holders_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Which nodes hold what was said in a community; what is printed."""
    return await context.db.read(who_holds, values, context.clock.now())


def who_holds(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    _, group = looked_after(tx, values, now)
    lines = [
        f"{one.host} {IN_WORDS[one.state]} {day_of(one.answered_at or one.asked_at or one.since)}"
        for one in copies_of(tx, group.id)
    ]
    return "\n".join(lines) or "What is said there is on this node alone."


def day_of(instant: int) -> str:
    return render_instant(instant)[:10]


async def waiting_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Who waits to be let in; what is printed."""
    return await context.db.read(who_waits, values, context.clock.now())


def who_waits(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    _, group = looked_after(tx, values, now)
    waits = waiting_in(tx, group.id, WAITING_MAX)
    return "\n".join(actor.full_handle for _, actor in waits) or "Nobody waits."


async def let_in_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Let somebody in who asked; what is printed."""
    now = context.clock.now()
    iri = await context.db.read(of_new_node, values, now)
    said = await context.resolver.read_node(iri) if iri else None
    if iri and said is not None:
        await context.db.write(put_node_said, authority_of(iri), said, now)
    return await context.db.write(do_let_in, values, now)


def of_new_node(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    """The address of somebody who would be the first member of their node; else empty."""
    me, group = looked_after(tx, values, now)
    person = called(tx, values["handle"], me.host)
    return person.iri if is_new_node(tx, group, person) else ""


def do_let_in(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    me, group = looked_after(tx, values, now)
    person = called(tx, values["handle"], me.host)
    agreed = let_in_who_waits(tx, group, person, me, now, is_confirmed=values["confirm"])
    if agreed is not Agreement.AGREED:
        return f"{about_node(node_facts(tx, person.host))}\n{WHAT_NEXT[agreed]}"
    return f"{person.handle} belongs to {group.name} now."


def about_node(facts: NodeFacts) -> str:
    """What an organiser reads of the node of the first who asks from there."""
    runs = f"{facts.software} {facts.version}".strip() or "it does not say what it runs"
    since = f", known here since {day_of(facts.known_since)}" if facts.known_since else ""
    return (
        f"{facts.host} is new in this community: {facts.title or 'no name'}, {runs},"
        f" {facts.policy.value}{since}. Its keeper will be able to read this community."
        f" {what_it_can(facts.software)}"
    )


async def turn_away_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Say no to somebody who asked, or let them go; what is printed."""
    return await context.db.write(do_turn_away, values, context.clock.now())


def do_turn_away(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    me, group = looked_after(tx, values, now)
    person = called(tx, values["handle"], me.host)
    asked = request_of(tx, group.id, person.id)
    if asked is not None and asked.waits:
        refuse(tx, group, person, me, values["reason"], now)
        return f"{person.handle} was told no."
    let_go(tx, me, group, person, now, reason=values["reason"])
    return f"{person.handle} is a member of {group.name} no longer."


def looked_after(tx: Tx, values: Mapping[str, Any], now: int) -> tuple[Actor, Actor]:
    """Who does it, and the community, which they look after.

    Raises:
        Refused: there is no such account or community.
        NotAllowed: they do not look after it.
    """
    me, group = known_account(tx, values["by"]), local_actor(tx, "Group", values["name"])
    if group is None:
        raise Refused(f"There is no community {values['name']} here.")
    if not is_allowed(tx, Act.MODERATE, group, me, now):
        raise NotAllowed("Only those who look after this community can do that.")
    return me, group


def called(tx: Tx, handle: str, host: str) -> Actor:
    """Whoever goes by a handle.

    Raises:
        Refused: nobody known here does.
    """
    person = actor_named(tx, handle, host)
    if person is None:
        raise Refused(f"Nobody known here goes by {handle}.")
    return person
