"""Commands about other nodes: block, silence, trust, forget, list, show, import, export."""

from collections.abc import Mapping
from typing import Any, TextIO

import click
import msgspec

from node.base.errors import Refused
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.peers.rules import Policy, covers, read_host
from node.peers.store import Peer, peer_by_host, peers_after
from node.topics.neighbours.actions import Affected, affected_by, confirm, forget_policy, set_policy
from node.topics.neighbours.blocklist import CHARACTERS_MAX, read_blocklist, render_blocklist
from node.topics.neighbours.blocklist_import import Plan, import_list, plan_import
from node.topics.neighbours.neighbour_directory import (
    NeighbourCommunity,
    ask_all_again,
    neighbours_communities,
)
from node.topics.neighbours.purge import (
    Counts,
    purge_actors,
    purge_posts,
    purge_traffic,
    words_left,
)

PEERS_SHOWN = 1_000
DONE = {
    Policy.BLOCKED: "{host} is blocked: nothing comes in, nothing goes out, nothing is shown.",
    Policy.SILENCED: "{host} is silenced: its text is for followers, and held for all others.",
    Policy.TRUSTED: "{host} is trusted.",
}


@click.group()
def peer() -> None:
    """Other nodes, known by their host, and what we have to do with them."""


def policy_command(name: str, policy: Policy, words: str) -> click.Command:
    @click.command(name, help=words)
    @click.argument("host")
    @click.option("--reason", default="", help="Why; it stands in exported lists.")
    @pass_folder
    def command(folder: Folder, host: str, reason: str) -> None:
        values = {"host": host, "policy": policy.value, "reason": reason}
        run_task(folder, "peer policy", set_policy_task, values)

    return command


peer.add_command(
    policy_command("block", Policy.BLOCKED, "Take nothing from a host, send and show nothing.")
)
peer.add_command(
    policy_command(
        "silence",
        Policy.SILENCED,
        "Show its text to those who follow its author; hold it for all others.",
    )
)
peer.add_command(policy_command("trust", Policy.TRUSTED, "Count a host among our neighbours."))


async def set_policy_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Say what a host is to us; what it reaches, before and after."""
    host, policy = read_host(values["host"]), Policy(values["policy"])
    reached = await context.db.write(
        set_policy, host, policy, values["reason"], context.clock.now(), ours=context.config.host
    )
    await context.peers.refresh(context.db)
    left = await context.db.read(affected_by, host)
    return "\n".join(
        [
            f"Before: {held_words(reached)}",
            DONE[policy].format(host=host),
            f"Now:    {held_words(left)}",
        ]
    )


def held_words(held: Affected) -> str:
    """What is held of a host, in words."""
    below = len(held.hosts) - 1
    hosts = f" on {below + 1} hosts" if below else ""
    return (
        f"{held.people} people known{hosts}, {held.ours_follow} follows from here, "
        f"{held.they_follow} follows from there, {held.waiting} messages waiting to go."
    )


@peer.command("forget")
@click.argument("host")
@pass_folder
def forget(folder: Folder, host: str) -> None:
    """Have no policy for a host any more: it is a stranger again, and shown again."""
    run_task(folder, "peer forget", forget_task, {"host": host})


async def forget_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Forget a policy; what that reaches."""
    host = read_host(values["host"])
    reached = await context.db.write(
        forget_policy, host, context.clock.now(), ours=context.config.host
    )
    await context.peers.refresh(context.db)
    return f"{host} is a stranger again. {held_words(reached)}"


@peer.command("confirm")
@click.argument("host")
@pass_folder
def confirm_host(folder: Folder, host: str) -> None:
    """Say that a host whose key changed is still who it was: what waits goes on."""
    run_task(folder, "peer confirm", confirm_task, {"host": host})


async def confirm_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Let what waits of a host go on."""
    host = read_host(values["host"])
    coming = await context.db.write(confirm, host, context.clock.now())
    await context.peers.refresh(context.db)
    return f"{host} is confirmed. {coming} messages that were held come in now."


@peer.command("purge")
@click.argument("host")
@click.option("--yes", is_flag=True, help="Do it; what is removed does not come back.")
@pass_folder
def purge(folder: Folder, host: str, yes: bool) -> None:
    """Remove every trace of a host, and say what was removed."""
    run_task(folder, "peer purge", purge_task, {"host": host, "yes": yes})


async def purge_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Remove every trace of a host, part by part; counts by table."""
    host = read_host(values["host"])
    if covers(host, context.config.host):
        raise Refused(f"{host} is this node, or a domain that it is in.")
    held = await context.db.read(affected_by, host)
    if not values["yes"]:
        raise Refused(f"{held_words(held)} Say --yes to remove all of it for good.")
    removed = Counts()
    for part in (purge_posts, purge_actors):
        while some := await context.db.write(part, held.hosts):
            removed.update(some)
    for one in held.hosts:
        removed.update(await context.db.write(purge_traffic, one))
    await context.peers.refresh(context.db)
    left = await context.db.read(words_left, host)
    lines = [f"{table:<20}{rows}" for table, rows in sorted(removed.items()) if rows]
    lines.append(f"Removed. {left} posts of other people name {host} in their words.")
    return "\n".join(lines)


@peer.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def show_list(folder: Folder, as_json: bool) -> None:
    """Every host that something is said of."""
    run_task(folder, "peer list", list_task, {"json": as_json})


async def list_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """The peers, as lines or as JSON."""
    peers = await context.db.read(every_peer)
    if values["json"]:
        return msgspec.json.encode(peers).decode()
    return "\n".join(map(peer_line, peers))


def peer_line(one: Peer) -> str:
    waits = "  (its messages wait)" if one.frozen_at is not None else ""
    return f"{one.policy.value:<10}{one.host}{waits}  {one.reason}".rstrip()


def every_peer(tx: Tx) -> list[Peer]:
    """All peers, by the name of their host."""
    found: list[Peer] = []
    while page := peers_after(tx, found[-1].host if found else "", PEERS_SHOWN):
        found += page
    return found


@peer.command("communities")
@click.option("--refresh", is_flag=True, help="Have neighbours asked anew, within minutes.")
@pass_folder
def show_communities(folder: Folder, refresh: bool) -> None:
    """The communities that neighbours show, as far as they were asked."""
    run_task(folder, "peer communities", communities_task, {"refresh": refresh})


async def communities_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Those in the directory, a line each; or have them asked for anew."""
    now = context.clock.now()
    if values["refresh"]:
        await context.db.write(ask_all_again, now)
        return "Neighbours are asked anew."
    found = await context.db.read(every_listed, now)
    return "\n".join(f"{one.handle:<40}  {one.title}".rstrip() for one in found)


def every_listed(tx: Tx, now: int) -> list[NeighbourCommunity]:
    """All communities of neighbours, by host and name."""
    found: list[NeighbourCommunity] = []
    after = ("", "")
    while page := neighbours_communities(tx, now, after):
        found += page
        after = (page[-1].host, page[-1].name)
    return found


@peer.command("show")
@click.argument("host")
@pass_folder
def show(folder: Folder, host: str) -> None:
    """What one host is to us, and what is held of it."""
    run_task(folder, "peer show", show_task, {"host": host})


async def show_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """One host in words."""
    host = read_host(values["host"])
    await context.peers.refresh(context.db)
    said = await context.db.read(peer_by_host, host)
    held = await context.db.read(affected_by, host)
    policy = context.peers.circle.policy_of(host)
    lines = [f"{host} is {policy.value}.", held_words(held)]
    if said is not None and said.reason:
        lines.insert(1, said.reason)
    if said is None and policy is not Policy.OPEN:
        lines.insert(1, "That follows from a domain above it.")
    if said is not None and said.frozen_at is not None:
        lines.append(f"Its messages wait: {said.frozen_reason}")
    return "\n".join(lines)


@peer.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@pass_folder
def import_file(folder: Folder, file: TextIO, dry_run: bool) -> None:
    """Take over a list of hosts in Mastodon's CSV, whole or not at all."""
    try:
        text = file.read(CHARACTERS_MAX + 1)
    except UnicodeDecodeError:
        raise Refused("The file is not text in UTF-8.") from None
    run_task(folder, "peer import", import_task, {"text": text, "dry_run": dry_run})


async def import_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Take over a list, or say what that would do."""
    listed, ours = read_blocklist(values["text"]), context.config.host
    if values["dry_run"]:
        return plan_words(await context.db.read(plan_import, listed, ours), "would be")
    plan = await context.db.write(import_list, listed, context.clock.now(), ours)
    await context.peers.refresh(context.db)
    return plan_words(plan, "are now")


def plan_words(plan: Plan, will: str) -> str:
    """What a list changes, in words."""
    lines = [f"{one.host} {will.replace('are', 'is')} {one.policy.value}" for one in plan.changes]
    lines += [
        f"{host}: {ours} follows from here and {theirs} from there end"
        for host, ours, theirs in plan.ending
    ]
    lines += [f"{host} stays as it is: you trust it, or it is this node" for host in plan.kept]
    lines.append(
        f"{len(plan.changes)} hosts {will} stricter; {plan.same} are so already; "
        f"{plan.idle} lines ask for nothing that is done here."
    )
    return "\n".join(lines)


@peer.command("export")
@pass_folder
def export(folder: Folder) -> None:
    """Print what is blocked and silenced here, as Mastodon's CSV."""
    run_task(folder, "peer export", export_task, {})


async def export_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """The list, as CSV."""
    return render_blocklist(await context.db.read(every_peer)).rstrip("\n")
