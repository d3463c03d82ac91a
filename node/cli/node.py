"""Commands about the node as a whole: make it, run it, look at it."""

import asyncio
import signal
from collections.abc import Mapping
from typing import Any

import click
import msgspec
import uvloop

from federation.signatures import make_keys
from node.arrivals.fetch_tasks import waiting_tasks
from node.arrivals.store import arrival_counts
from node.base.clock import Clock
from node.base.config import Config, check_url, read_config, render_config, write_config
from node.base.errors import Refused
from node.base.log import set_up_logging
from node.base.standard_streams import silence_standard_output
from node.base.version import __version__
from node.cli.backup_state import backup_facts
from node.cli.checks import run_checks
from node.cli.context import CommandContext, Task
from node.cli.file_state import file_facts
from node.cli.run_task import Folder, pass_folder, run_task
from node.cli.upgrade_notice import say_before_upgrade
from node.db.tx import Tx
from node.outbox.deliveries import delivery_counts
from node.topics.actors.actions import make_node_actor
from node.topics.files.store import count_files
from node.topics.moderation.report_store import count_open
from node.topics.timelines.node_usage import usage


@click.command()
@click.option("--url", prompt="The address of the node", help="Such as https://group.example")
@click.option("--name", prompt="The name of the node", help="What people call it.")
@click.option("--development", is_flag=True, help="For demonstrations and tests on this machine.")
@click.option("--database", default="", help="postgresql://… instead of SQLite.")
@click.option(
    "--kind",
    type=click.Choice(("group", "clinic")),
    default="group",
    show_default=True,
    help="A clinic's node keeps out of what is personal.",
)
@pass_folder
def init(folder: Folder, url: str, name: str, development: bool, database: str, kind: str) -> None:
    """Make a node: its folder, database, keys and settings. Safe to repeat."""
    path = folder.path
    url = url.rstrip("/")
    check_url(url, development)
    try:
        write_config(path, render_config(url, name, development, database, kind))
    except FileExistsError:
        known = read_config(path).node.url
        if known != url:
            raise Refused(
                f"There is a node in {path} already, at {known}. Its address never changes."
            ) from None
    run_task(folder, "init", make_node, {})


async def make_node(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Make the node's own actor and keys, unless they are there."""
    keys = await asyncio.to_thread(make_keys)
    origin, now = context.config.node.url, context.clock.now()
    made = await context.db.write(make_node_actor, origin, context.config.node.name, keys, now)
    return f"{context.config.node.name} is ready in {context.config.data}" if made else ""


def serving(tasks: Mapping[str, Task]) -> click.Command:
    """The command that runs the node, and does these tasks for commands given meanwhile."""

    @click.command("serve")
    @click.option("--host", default=None, help="Listen on this address.")
    @click.option("--port", default=None, type=click.IntRange(0, 65_535), help="And this port.")
    @click.option("--processes", default=1, type=click.IntRange(1, 64), show_default=True)
    @pass_folder
    def serve_command(folder: Folder, host: str | None, port: int | None, processes: int) -> None:
        """Run the node until Ctrl-C."""
        if processes > 1:
            raise Refused("This version runs in one process only.")
        config = read_config(folder.path)
        set_up_logging(config.log)
        say_before_upgrade(config)
        host, port = host or config.web.host, config.web.port if port is None else port
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve_until_told(folder, host, port, tasks))

    return serve_command


async def serve_until_told(folder: Folder, host: str, port: int, tasks: Mapping[str, Task]) -> None:
    """Run the node until SIGINT or SIGTERM."""
    stop, clock = asyncio.Event(), Clock()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    config = read_config(folder.path)

    def say_where(listens_on: int) -> None:
        try:
            click.echo(where_to_look(config, host, listens_on))
        except OSError:  # nobody may be there to read it, and the node runs all the same
            silence_standard_output()

    await folder.serve(config, host, port, clock, stop, tasks, say_where)


def where_to_look(config: Config, host: str, port: int) -> str:
    """What a keeper is told when the node runs: where people find it, and where it listens."""
    shown, here = (
        f"[{host}]" if ":" in host else host,
        f"{config.node.name} is at {config.node.url}",
    )
    if config.node.url == f"http://{shown}:{port}":
        return f"{here} now. Ctrl-C stops it."
    return (
        f"{here} as soon as a proxy there leads to {shown}:{port}, on which it listens."
        " Whether all is well says `hedgerow doctor`. Ctrl-C stops it."
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def status(folder: Folder, as_json: bool) -> None:
    """What the node holds and what waits."""
    run_task(folder, "status", show_status, {"json": as_json})


async def show_status(context: CommandContext, values: Mapping[str, Any]) -> str:
    """The figures of the node, as lines or as JSON."""
    figures = await context.db.read(count_all, context.clock.now())
    named = {"url": context.config.node.url, "name": context.config.node.name}
    facts = {**named, "version": __version__, **figures, **backup_facts(context.config)}
    facts |= await file_facts(context.config)
    if values["json"]:
        return msgspec.json.encode(facts).decode()
    width = max(map(len, facts)) + 2
    return "\n".join(f"{name.replace('_', ' '):<{width}}{value}" for name, value in facts.items())


def count_all(tx: Tx, now: int) -> dict[str, int]:
    counted, arrivals, deliveries = usage(tx, now), arrival_counts(tx), delivery_counts(tx)
    return {
        "accounts": counted.people,
        "accounts_active_month": counted.active_month,
        "accounts_active_half_year": counted.active_half_year,
        "posts": counted.posts,
        "arrivals_waiting": arrivals["waiting"],
        "arrivals_set_aside": arrivals["quarantined"],
        "deliveries_waiting": deliveries["waiting"],
        "deliveries_parked": deliveries["parked"],
        "fetches_waiting": waiting_tasks(tx),
        "reports_waiting": count_open(tx),
        **count_files(tx),
    }


@click.command()
@pass_folder
def doctor(folder: Folder) -> None:
    """Look whether all is well: this machine, backups, the way in from outside, neighbours."""
    set_up_logging(read_config(folder.path).log)
    findings = asyncio.run(run_checks(folder.path, Clock()))
    for finding in findings:
        click.echo("\n".join(finding.lines))
    if not all(finding.is_good for finding in findings):
        raise Refused("Something wants a look: see the lines that begin with LOOK.")
