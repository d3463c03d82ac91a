"""Commands about reports: see what waits, and settle one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from node.base.errors import Refused
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.topics.moderation.report_store import Report, open_reports, resolve_report


@click.group()
def report() -> None:
    """What somebody wants looked at."""


@report.command("list")
@pass_folder
def list_reports(folder: Folder) -> None:
    """Print what waits, the oldest first."""
    run_task(folder, "report list", list_reports_task, {})


@report.command("resolve")
@click.argument("number", type=int)
@pass_folder
def resolve(folder: Folder, number: int) -> None:
    """Settle a report; nobody elsewhere is told."""
    run_task(folder, "report resolve", resolve_report_task, {"number": number})


async def list_reports_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """What waits, some lines for each report."""
    waiting = await context.db.read(open_reports)
    return "\n\n".join(map(in_words, waiting)) or "Nothing waits."


async def resolve_report_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Settle a report; what is printed."""
    number = int(values["number"])
    if not await context.db.write(resolve_report, number, context.clock.now()):
        raise Refused(f"No report with the number {number} waits.")
    return f"Report {number} is settled."


def in_words(report: Report) -> str:
    """One report as an operator reads it, without what could steer a terminal."""
    at = datetime.fromtimestamp(report.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    about = f"about {report.about}" if report.about else "about a post"
    where = f" in {report.community}" if report.community else ""
    words = "".join(one if one.isprintable() else " " for one in report.words)
    lines = [f"{report.id}  {at}  {about}{where}, by {report.reporter}"]
    return "\n".join(
        [*lines, *([f"  {words}"] if words else []), *(f"  {p}" for p in report.posts)]
    )
